import fs from 'node:fs'
import { TidingsError } from '../core/errors.js'

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
