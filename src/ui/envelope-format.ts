import { ByteWriter } from '../core/byte-writer.js'
import { encodeEnvelope, encodingOf } from '../core/envelope/envelope-encode.js'
import { BINDING_FIELDS } from '../core/envelope/unknown-fields.js'
import { findJsonValue } from '../core/json/json-pointer.js'
import type { Message } from '../core/message.js'
import { decodeUtf8 } from '../core/utf8.js'

/** Appends a part of one message to the line that is being written. */
export type MessageFormat = (message: Message, into: ByteWriter) => void

const QUOTE = 0x22

/** The fields of an envelope that are read from it, so that they are what `--json` prints. */
export const ENVELOPE_FORMATS: ReadonlyMap<string, MessageFormat> = new Map<string, MessageFormat>([
  ['encoding', ({ payload }, into) => into.writeText(encodingOf(payload))],
  ...['headers', 'violations', ...BINDING_FIELDS].map((field): [string, MessageFormat] => [
    field,
    envelopeField(field.split('.'))
  ])
])

function envelopeField(path: readonly string[]): MessageFormat {
  const line = new ByteWriter()
  return (message, into) => {
    encodeEnvelope({ ...message, payload: null }, line)
    writeJsonValue(line.take(), path, into)
  }
}

/** Writes the value at a place in JSON as it stands there, a string without its quotes; nothing if there is no such value. */
export function writeJsonValue(json: Uint8Array, path: readonly string[], into: ByteWriter): void {
  const place = findJsonValue(json, path)
  if (place === undefined) return
  if (json[place.start] !== QUOTE) into.writeBytes(json, place.start, place.end)
  else into.writeText(String(JSON.parse(decodeUtf8(json, place.start, place.end))))
}
