import fs from 'node:fs'
import { interruption } from '../core/concluded.js'
import { readFileChunks } from './file-chunks.js'
import { inputFailure } from './input.js'

/**
 * Reads a file, a pipe or a device. At most some bytes more than `most` are read: the caller refuses them.
 * @throws TidingsError of kind bad-input if it cannot be read, and of kind interrupted if `stop` aborts meanwhile
 */
export async function readBytes(path: string, most: number, stop?: AbortSignal): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of readFileChunks(path, stop)) {
    chunks.push(chunk)
    size += chunk.length
    if (size > most) break
  }
  if (stop?.aborted) throw interruption(String(stop.reason))
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
