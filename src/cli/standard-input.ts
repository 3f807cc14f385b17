import fs from 'node:fs'
import { streamChunks } from '../files/file-chunks.js'
import { fileChunks, type Input } from '../files/input.js'
import { isTerminal } from '../files/is-terminal.js'

/** The process's stdin. A file is read from its current position. Everything else is read as a stream that can be interrupted. */
export function stdinInput(): Input {
  const kind = fs.fstatSync(0)
  return {
    // Not process.stdin.isTTY: making that stream takes longer than everything else that a command with a PAYLOAD does here.
    isTerminal: isTerminal(0),
    chunks: (signal) =>
      kind.isFile() ? fileChunks(0, 'stdin', signal) : streamChunks(process.stdin, 'stdin', signal)
  }
}
