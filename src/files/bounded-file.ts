import fs from 'node:fs'
import { inputFailure, readFileChunks } from './input.js'

/** How long a pipe is waited for that nobody writes to. */
const PATIENCE_MS = 10_000
const PAUSE_MS = 20

/**
 * Reads a file, a pipe or a device. At most some bytes more than `most` are read: the caller refuses them.
 * @throws TidingsError of kind bad-input if it cannot be read
 */
export async function readBytes(path: string, most: number): Promise<Uint8Array> {
  if (fs.statSync(path, { throwIfNoEntry: false })?.isFIFO()) return readPipe(path, most)
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of readFileChunks(path)) {
    chunks.push(chunk)
    size += chunk.length
    if (size > most) break
  }
  return Buffer.concat(chunks)
}

/**
 * Reads a regular file. One with more than `most` bytes is read as far as one byte beyond: the caller refuses it.
 * @throws TidingsError of kind bad-input if it cannot be read, or is a pipe or device, which may never give a byte
 */
export function readRegularFile(path: string, most: number): Uint8Array {
  try {
    const stats = fs.statSync(path)
    if (!stats.isFile() && !stats.isDirectory()) throw new Error('it is no regular file')
    const fd = fs.openSync(path, 'r')
    try {
      const bytes = Buffer.allocUnsafeSlow(Math.min(fs.fstatSync(fd).size, most) + 1)
      let size = 0
      for (let length = -1; length !== 0 && size < bytes.length; size += length)
        length = fs.readSync(fd, bytes, size, bytes.length - size, null)
      return bytes.subarray(0, size)
    } finally {
      fs.closeSync(fd)
    }
  } catch (error) {
    throw inputFailure(path, error)
  }
}

/**
 * A thread that waits for a pipe keeps the process from ending, whatever signal comes. So the pipe is asked again and again. One that
 * nobody has written to for some time is empty.
 */
async function readPipe(path: string, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  const fd = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK)
  try {
    let size = 0
    for (let waited = 0; size <= most; ) {
      const chunk = readNow(fd)
      if (chunk !== undefined && chunk.length > 0) {
        chunks.push(chunk)
        size += chunk.length
      } else if (chunk !== undefined && (size > 0 || waited >= PATIENCE_MS)) break
      else {
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
        waited += PAUSE_MS
      }
    }
    return Buffer.concat(chunks)
  } catch (error) {
    throw inputFailure(path, error)
  } finally {
    fs.closeSync(fd)
  }
}

/** The next bytes of a pipe; none if nobody has it open for writing; `undefined` if there are none yet. */
function readNow(fd: number): Uint8Array | undefined {
  const chunk = Buffer.allocUnsafeSlow(64 * 1024)
  try {
    return chunk.subarray(0, fs.readSync(fd, chunk, 0, chunk.length, null))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined
    throw error
  }
}
