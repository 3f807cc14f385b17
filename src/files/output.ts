import fs from 'node:fs'
import { TidingsError } from '../core/errors.js'
import { decodeUtf8 } from '../core/utf8.js'
import { visibleText } from '../core/visible-text.js'
import { isTerminal } from './is-terminal.js'

/** What a user names stdout. */
export const STDOUT = '-'

/** A place for bytes: stdout, stderr or a file. */
export interface Output {
  readonly isTerminal: boolean
  /** Width in columns; 80 where there is no terminal. */
  readonly columns: number
  /** chalk's levels: 0 none, 1 sixteen colours, 2 two hundred and fifty-six, 3 all. */
  readonly colourLevel: 0 | 1 | 2 | 3
  /**
   * Writes all of it. Returns nothing when it is done already, or a promise while the reader is slow, so that callers on a
   * hot path await only what must be awaited. Rejects (or throws) with a `TidingsError` of kind `output`; its code is
   * `reader-gone` if nobody reads any more (EPIPE).
   */
  write(bytes: Uint8Array | string): void | Promise<void>
  /** Calls back once nobody reads any more, where the system can tell before the next write; returns how to stop watching. */
  watchReader?(onGone: () => void): () => void
}

/** Names what was being written when it failed. */
export function outputFailure(name: string, cause: unknown): TidingsError {
  const code = (cause as NodeJS.ErrnoException).code ?? ''
  if (code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED' || code === 'ERR_STREAM_WRITE_AFTER_END') {
    return new TidingsError('output', `cannot write to ${name}: nobody reads it any more`, {
      code: 'reader-gone',
      cause
    })
  }
  const reasons: Record<string, string> = {
    ENOSPC: 'no space left on the device',
    EIO: 'input/output error',
    EFBIG: 'the file would become too large',
    EDQUOT: 'the disk quota is used up',
    EACCES: 'permission denied',
    EISDIR: 'it is a directory',
    ENOENT: 'no such directory',
    EROFS: 'the file system is read-only',
    EEXIST: 'the file exists'
  }
  const reason = reasons[code] ?? (cause instanceof Error ? cause.message : String(cause))
  return new TidingsError('output', `cannot write to ${name}: ${reason}`, {
    code: code === 'ENOSPC' ? 'disk-full' : 'output-failed',
    suggestion:
      code === 'ENOSPC'
        ? 'free some space, or write somewhere else'
        : 'check that the place can be written to',
    cause
  })
}

function writeAllSync(fd: number, bytes: Uint8Array, name: string): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += fs.writeSync(fd, bytes, at, bytes.length - at)
    } catch (error) {
      // A pipe that somebody else, or our stdout behind `2>&1`, does not wait for.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw outputFailure(name, error)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
    }
  }
}

/** Cuts a file to what it was before a write that failed in its middle; what is no file, or cannot be cut, stays as it is. */
export function takeBack(fd: number, size: number): void {
  try {
    // One that somebody else has cut is shorter than we know.
    if (fs.fstatSync(fd).size > size) fs.ftruncateSync(fd, size)
  } catch {
    return
  }
}

/** An output to an open file, perhaps `/dev/tty`; the kernel takes the bytes at once, so it is never awaited. */
export function fileOutput(fd: number, name: string): Output {
  const shown = isTerminal(fd)
  return {
    isTerminal: shown,
    columns: 80,
    colourLevel: 0,
    write: (content) => {
      const bytes = shown ? terminalText(content) : content
      writeAllSync(fd, typeof bytes === 'string' ? Buffer.from(bytes) : bytes, name)
    }
  }
}

/**
 * What a terminal is given, whoever writes it: nothing that it would obey but our own looks. Escapes of JSON, so that JSON stays what
 * it is. Every printer makes visible what comes from outside; this holds where one forgets to, and for JSON, which need not.
 */
export function terminalText(bytes: Uint8Array | string): string {
  const text = typeof bytes === 'string' ? bytes : decodeUtf8(bytes)
  return visibleText(text, { keepLines: true, keepLooks: true })
}
