import fs from 'node:fs'
import { isBroken } from '../../core/recording/recording-item.js'
import { readRecording } from '../../core/recording/recording-reader.js'

const TAIL = 256 * 1024
/** So many bytes hold some whole lines of most recordings. Parsing more lines would take longer than all other work at the start. */
const LAST_LINES = 8 * 1024

/**
 * The position of the last message of a recording, in microseconds since 1970-01-01 UTC. Only the end of the file is read. `undefined` if
 * the end does not tell: the file is compressed, a pipe, or CSV, or has one enormous line.
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
  const first = tail.indexOf(0x0a) + 1
  const start = Math.max(first, tail.lastIndexOf(0x0a, tail.length - LAST_LINES) + 1)
  let last: number | undefined
  // The first line may be the header, which says from when offsets count.
  for await (const items of readRecording(inPieces(tail.subarray(0, first), tail.subarray(start)), { name }))
    for (const item of items) if (!isBroken(item)) last = item.position
  return last
}

async function* inPieces(...pieces: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces
}
