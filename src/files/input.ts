import fs from 'node:fs'
import { TidingsError } from '../core/errors.js'
import { decodeUtf8 } from '../core/utf8.js'

/** Bytes per read. One read serves thousands of lines, and a few chunks in flight take little memory. */
const CHUNK = 128 * 1024

/** The name by which a user means stdin. */
export const STDIN = '-'

/** A place that bytes come from: stdin or a file. */
export interface Input {
  readonly isTerminal: boolean
  /** Yields the bytes in chunks. The memory of a chunk is never reused. Ends early, without an error, once `signal` aborts. */
  chunks(signal?: AbortSignal): AsyncIterable<Uint8Array>
}

/** Explains why a file could not be read: a `TidingsError` of kind bad-input. */
export function inputFailure(name: string, cause: unknown): TidingsError {
  const reasons: Record<string, string> = {
    ENOENT: 'no such file',
    EACCES: 'permission denied',
    EISDIR: 'it is a directory'
  }
  const code = (cause as NodeJS.ErrnoException).code ?? ''
  const reason = reasons[code] ?? (cause instanceof Error ? cause.message : String(cause))
  return new TidingsError('bad-input', `cannot read "${name}": ${reason}`, {
    code: code === 'ENOENT' ? 'no-such-file' : 'unreadable-file',
    suggestion: code === 'EISDIR' ? 'name a file in it' : 'check the path and its permissions',
    details: { file: name },
    cause
  })
}

/**
 * Reads an open file in chunks. The next chunk of a regular file is read while the caller works on the last one, which hides the delay of
 * the thread pool (publishing lines takes 0.96 of the time). A pipe is read only on demand: reading ahead could wait for bytes that
 * nobody needs.
 */
export async function* fileChunks(
  fd: number,
  name: string,
  signal?: AbortSignal
): AsyncGenerator<Uint8Array> {
  const readsAhead = fs.fstatSync(fd).isFile()
  let ahead: Promise<Uint8Array> | undefined
  try {
    while (!signal?.aborted) {
      const chunk = await (ahead ?? readChunk(fd, name))
      if (chunk.length === 0) return
      ahead = readsAhead ? readChunk(fd, name) : undefined
      yield chunk
    }
  } finally {
    // The caller must not close the descriptor while a read is running.
    await ahead?.catch(() => undefined)
  }
}

function readChunk(fd: number, name: string): Promise<Uint8Array> {
  const chunk = Buffer.allocUnsafeSlow(CHUNK)
  const read = new Promise<Uint8Array>((resolve, reject) => {
    fs.read(fd, chunk, 0, CHUNK, null, (error, length) => {
      if (error) reject(inputFailure(name, error))
      else resolve(length === CHUNK ? chunk : chunk.subarray(0, length))
    })
  })
  // The reader of the chunk gets the error, perhaps later. Until then the rejection must not count as unhandled.
  read.catch(() => undefined)
  return read
}

/** Reads a file in chunks. Opening and reading the file can fail with a `TidingsError` of kind bad-input. */
export async function* readFileChunks(path: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  // `fs.promises` takes 2 ms to load. `fs.openSync` would block on a named pipe until another process opens it for writing.
  const fd = await new Promise<number>((resolve, reject) => {
    fs.open(path, 'r', (error, opened) => (error ? reject(inputFailure(path, error)) : resolve(opened)))
  })
  try {
    yield* fileChunks(fd, path, signal)
  } finally {
    fs.closeSync(fd)
  }
}

/** No payload and no document is larger, in bytes. */
const MOST = 268_435_456

/**
 * Reads a whole file as bytes. Pipes have no size, and devices such as `/dev/zero` have no end, so they are read up to a limit.
 * @throws TidingsError of kind bad-input if the file cannot be read, or gives more than 256 MiB without being a regular file
 */
export function readWholeFile(path: string): Uint8Array {
  try {
    const fd = fs.openSync(path, 'r')
    try {
      return fs.fstatSync(fd).isFile() ? fs.readFileSync(fd) : readUpTo(MOST, fd)
    } finally {
      fs.closeSync(fd)
    }
  } catch (error) {
    throw inputFailure(path, error)
  }
}

function readUpTo(limit: number, fd: number): Uint8Array {
  const chunks: Uint8Array[] = []
  for (let size = 0; size <= limit; ) {
    const chunk = Buffer.allocUnsafeSlow(CHUNK)
    const length = fs.readSync(fd, chunk, 0, CHUNK, null)
    if (length === 0) return Buffer.concat(chunks)
    chunks.push(chunk.subarray(0, length))
    size += length
  }
  throw new Error('it gives more than 256 MiB')
}

/**
 * Reads a small file that people write, and removes the byte order mark that editors on Windows put at its start.
 * @throws TidingsError of kind bad-input if the file cannot be read, or is UTF-16
 */
export const readWrittenFile = (path: string): Uint8Array => withoutMark(path, readWholeFile(path))

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
export const readTextFile = (path: string): string => decodeUtf8(readWrittenFile(path))
