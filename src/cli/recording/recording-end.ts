import fs from 'node:fs'
import { isBroken } from '../../core/recording/recording-item.js'
import { readRecording } from '../../core/recording/recording-reader.js'

const TAIL = 256 * 1024

/**
 * Where the last message of a recording stands, in microseconds since 1970-01-01 UTC, from the end of the file alone;
 * `undefined` if that does not tell: compressed, a pipe, rows of CSV, or one enormous line.
 */
export async function findRecordingEnd(name: string): Promise<number | undefined> {
  try {
    const file = await fs.promises.open(name, 'r')
    try {
      const { size } = await file.stat()
      const start = Math.max(0, size - TAIL)
      const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start)
      const tail = buffer.subarray(0, bytesRead)
      return await lastPosition(start === 0 ? tail : tail.subarray(tail.indexOf(0x0a) + 1), name)
    } finally {
      await file.close()
    }
  } catch {
    return undefined
  }
}

async function lastPosition(tail: Buffer, name: string): Promise<number | undefined> {
  if (tail[0] !== 0x7b) return undefined
  let last: number | undefined
  for await (const items of readRecording(once(tail), { name }))
    for (const item of items) if (!isBroken(item)) last = item.position
  return last
}

async function* once(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes
}
