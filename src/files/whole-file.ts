import fs from 'node:fs'
import { TidingsError } from '../core/errors.js'
import { decodeUtf8 } from '../core/utf8.js'
import { readBytes, readRegularFile } from './bounded-file.js'
import { isStream } from './file-chunks.js'
import { inputFailure } from './input.js'

/** No payload and no document is larger, in bytes. */
const MOST = 268_435_456

/**
 * Reads a whole file as bytes. Pipes have no size, and devices such as `/dev/zero` have no end, so they are read up to a limit.
 * @throws TidingsError of kind bad-input if the file cannot be read, or gives more than 256 MiB without being a regular file; of kind
 * interrupted if `stop` aborts while a pipe is waited for
 */
export async function readWholeFile(path: string, stop: AbortSignal): Promise<Uint8Array> {
  if (!isStream(path)) return readNow(path)
  const bytes = await readBytes(path, MOST, stop)
  if (bytes.length > MOST) throw inputFailure(path, new Error('it gives more than 256 MiB'))
  return bytes
}

function readNow(path: string): Uint8Array {
  try {
    return fs.readFileSync(path)
  } catch (error) {
    throw inputFailure(path, error)
  }
}

/**
 * Reads a small file that people write, and removes the byte order mark that editors on Windows put at its start.
 * @throws TidingsError of kind bad-input if the file cannot be read, or is UTF-16; of kind interrupted as `readWholeFile`
 */
export const readWrittenFile = async (path: string, stop: AbortSignal): Promise<Uint8Array> =>
  withoutMark(path, await readWholeFile(path, stop))

/** Reads a regular file of that kind at once. @throws TidingsError of kind bad-input as `readWrittenFile`, and for a pipe or device */
export const readWrittenFileNow = (path: string): Uint8Array => withoutMark(path, readRegularFile(path, MOST))

/**
 * The bytes of a file that people write, without the byte order mark.
 * @throws TidingsError of kind bad-input if they are UTF-16
 */
export function withoutMark(path: string, bytes: Uint8Array): Uint8Array {
  const [first, second, third] = bytes
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    throw new TidingsError('bad-input', `cannot read "${path}": it is UTF-16`, {
      code: 'file-not-utf8',
      suggestion: 'save it as UTF-8',
      details: { file: path }
    })
  }
  return first === 0xef && second === 0xbb && third === 0xbf ? bytes.subarray(3) : bytes
}

/** Reads a small file that people write as a text. Bytes that are not UTF-8 become U+FFFD. Throws what `readWrittenFile` throws. */
export const readTextFile = async (path: string, stop: AbortSignal): Promise<string> =>
  decodeUtf8(await readWrittenFile(path, stop))
