import fs from 'node:fs'
import { TidingsError } from '../core/errors.js'
import { decodeUtf8 } from '../core/utf8.js'

/** Large enough that the cost of a read is spread over thousands of lines, small enough that a few in flight stay small. */
const CHUNK = 128 * 1024

/** What a user names stdin. */
export const STDIN = '-'

/** A place that bytes come from: stdin or a file. */
export interface Input {
  readonly isTerminal: boolean
  /** The bytes, in chunks whose memory is not used again; ends early, without an error, once `signal` aborts. */
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
 * A regular file's next chunk is read while the last one is at work, which hides the trip through the thread pool (0.96 of the time of
 * publishing lines). A pipe may have us wait for more than anybody asked for, so it is read only when somebody asks.
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
    // Nobody may close the descriptor before.
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
  // Whoever asks for the chunk is told, which may be later.
  read.catch(() => undefined)
  return read
}

/** Reads a file in chunks; opening or reading it can fail with a `TidingsError` of kind bad-input. */
export async function* readFileChunks(path: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  // Not by `fs.promises`, which takes 2 ms to load; nor at once, since a named pipe opens when somebody writes to it.
  const fd = await new Promise<number>((resolve, reject) => {
    fs.open(path, 'r', (error, opened) => (error ? reject(inputFailure(path, error)) : resolve(opened)))
  })
  try {
    yield* fileChunks(fd, path, signal)
  } finally {
    fs.closeSync(fd)
  }
}

/** Reads a whole file as bytes. */
export function readWholeFile(path: string): Uint8Array {
  try {
    return fs.readFileSync(path)
  } catch (error) {
    throw inputFailure(path, error)
  }
}

/**
 * Reads a small file that people write: without the byte order mark that editors on Windows put in front.
 * @throws TidingsError of kind bad-input if it cannot be read, or is UTF-16
 */
export function readWrittenFile(path: string): Uint8Array {
  const bytes = readWholeFile(path)
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

/** The same as a text; what is not UTF-8 in it becomes U+FFFD. */
export const readTextFile = (path: string): string => decodeUtf8(readWrittenFile(path))
