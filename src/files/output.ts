import fs from 'node:fs'
import { TidingsError } from '../core/errors.js'
import { systemReason } from '../core/system-reason.js'
import { decodeUtf8, viewOf } from '../core/utf8.js'
import { visibleText } from '../core/visible-text.js'
import { isTerminal } from './is-terminal.js'

/** The name by which a user means stdout. */
export const STDOUT = '-'

/** A place for bytes: stdout, stderr or a file. */
export interface Output {
  readonly isTerminal: boolean
  /** Width in columns; 80 where there is no terminal. */
  readonly columns: number
  /** chalk's levels: 0 none, 1 sixteen colours, 2 two hundred and fifty-six, 3 all. */
  readonly colourLevel: 0 | 1 | 2 | 3
  /**
   * Writes all bytes. Returns nothing if they are written already, or a promise if the reader is slow, so that callers on a hot path
   * await only when they must. Throws or rejects with a `TidingsError` of kind `output`; its code is `reader-gone` if nobody reads any
   * more (EPIPE).
   */
  write(bytes: Uint8Array | string): void | Promise<void>
  /** Writes pieces, one behind the other and all at once, as `write` does; absent where that takes no less than to join them. */
  writePieces?(pieces: readonly Uint8Array[]): void | Promise<void>
  /** Calls `onGone` once nobody reads any more, if the system can tell before the next write. Returns a function that stops watching. */
  watchReader?(onGone: () => void): () => void
}

/** Explains why an output could not be written: a `TidingsError` of kind output. `name` is the output as the message names it. */
export function outputFailure(name: string, cause: unknown): TidingsError {
  const code = (cause as NodeJS.ErrnoException).code ?? ''
  if (code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED' || code === 'ERR_STREAM_WRITE_AFTER_END') {
    return new TidingsError('output', `cannot write to ${name}: nobody reads it any more`, {
      code: 'reader-gone',
      cause
    })
  }
  return new TidingsError('output', `cannot write to ${name}: ${systemReason(cause)}`, {
    code: code === 'ENOSPC' ? 'disk-full' : 'output-failed',
    suggestion:
      code === 'ENOSPC'
        ? 'free some space, or write somewhere else'
        : 'check that the place can be written to',
    cause
  })
}

function writeAllSync(fd: number, pieces: readonly Uint8Array[], name: string): void {
  for (let left = pieces; left.length > 0; ) {
    try {
      left = behind(left, fs.writevSync(fd, left))
    } catch (error) {
      // EAGAIN: the pipe is full, and another process, or our stdout with `2>&1`, has made it non-blocking.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw outputFailure(name, error)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
    }
  }
}

/** What is left of pieces behind so many bytes. */
function behind(pieces: readonly Uint8Array[], count: number): Uint8Array[] {
  let passed = count
  const left: Uint8Array[] = []
  for (const piece of pieces) {
    const skipped = Math.min(passed, piece.length)
    passed -= skipped
    if (skipped < piece.length) left.push(skipped === 0 ? piece : viewOf(piece, skipped))
  }
  return left
}

/** Cuts a file back to `size` bytes after a write has failed in the middle. What is no file, or cannot be cut, stays as it is. */
export function takeBack(fd: number, size: number): void {
  try {
    // If somebody else has cut the file shorter, `ftruncate` would lengthen it.
    if (fs.fstatSync(fd).size > size) fs.ftruncateSync(fd, size)
  } catch {
    return
  }
}

/** An output to an open file, which may be `/dev/tty`. It writes synchronously, so `write` never returns a promise. */
export function fileOutput(fd: number, name: string): Output {
  const shown = isTerminal(fd)
  return {
    isTerminal: shown,
    columns: 80,
    colourLevel: 0,
    write: (content) => {
      const bytes = shown ? terminalText(content) : content
      writeAllSync(fd, [typeof bytes === 'string' ? Buffer.from(bytes) : bytes], name)
    },
    ...(!shown && { writePieces: (pieces) => writeAllSync(fd, pieces, name) })
  }
}

/**
 * The text as it is written to a terminal: without characters that a terminal obeys, except those of our own colours and progress lines.
 * Such characters become JSON escapes, so that JSON keeps its meaning. Every printer already makes texts from outside visible. This
 * function is for a printer that forgets to, and for JSON, where printers need not.
 */
export function terminalText(bytes: Uint8Array | string): string {
  const text = typeof bytes === 'string' ? bytes : decodeUtf8(bytes)
  return visibleText(text, { keepLines: true, keepLooks: true })
}
