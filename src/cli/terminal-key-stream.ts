import { openSync } from 'node:fs'
import { ReadStream } from 'node:tty'
import type { KeyStream } from '../ui/channel-browser/stream-terminal.js'

/**
 * Opens the terminal for reading keys. It is a new stream each time: libuv sets the mode of an open stream once more when the process ends,
 * and that would stop a job that has gone to the background meanwhile. Where there is no such file, keys come from stdin.
 */
export function openKeyStream(): KeyStream {
  try {
    const stream = new ReadStream(openSync('/dev/tty', 'r'))
    return { stream, close: () => void stream.destroy() }
  } catch {
    return { stream: process.stdin, close: () => void process.stdin.pause() }
  }
}
