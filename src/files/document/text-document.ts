import { TidingsError } from '../../core/errors.js'
import { decodeUtf8, isUtf8 } from '../../core/utf8.js'

/** The text of a document. @throws TidingsError of kind bad-input, whose message is the reason, for bytes that are no text */
export function textOf(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw badDocument('it is not UTF-8 text')
  return decodeUtf8(bytes)
}

/** A failure of kind bad-input for a document that cannot be used; the message is the reason. */
export function badDocument(why: string): TidingsError {
  return new TidingsError('bad-input', why, {
    code: 'bad-document',
    suggestion: 'correct the file, or write to another one'
  })
}
