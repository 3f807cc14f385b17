import fs from 'node:fs'
import { fileChunks, type Input, inputFailure } from '../files/input.js'
import { isTerminal } from '../files/is-terminal.js'

async function* streamChunks(stream: NodeJS.ReadStream, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const stop = () => stream.destroy()
  if (signal?.aborted) return
  signal?.addEventListener('abort', stop, { once: true })
  try {
    for await (const chunk of stream) yield chunk as Uint8Array
  } catch (error) {
    if (!signal?.aborted) throw inputFailure('stdin', error)
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}

/** The process's stdin. A file is read from its current position. Everything else is read as a stream that can be interrupted. */
export function stdinInput(): Input {
  const kind = fs.fstatSync(0)
  return {
    // Not process.stdin.isTTY: making that stream takes longer than everything else that a command with a PAYLOAD does here.
    isTerminal: isTerminal(0),
    chunks: (signal) => (kind.isFile() ? fileChunks(0, 'stdin', signal) : streamChunks(process.stdin, signal))
  }
}
