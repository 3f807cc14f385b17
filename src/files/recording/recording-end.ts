import fs from 'node:fs'
import { isBroken, type RecordedMessage } from '../../core/recording/recording-item.js'
import { RecordingPosition } from '../../core/recording/recording-position.js'
import { readRecording } from '../../core/recording/recording-reader.js'

/** Has the first lines of most recordings. */
const HEAD = 64 * 1024
const TAIL = 256 * 1024
/** So many bytes hold some whole lines of most recordings. Parsing more lines would take longer than all other work at the start. */
const LAST_LINES = 8 * 1024
/** A clock that was corrected by more meanwhile is rarer than recordings that were put together. */
const MOST_CORRECTED = 60_000_000

/**
 * Where the last message of a recording stands, in microseconds since 1970-01-01 UTC, from the file's beginning and end alone;
 * `undefined` if these do not tell: compressed, a pipe, rows of CSV, one enormous line, or recordings that were put together.
 */
export async function findRecordingEnd(name: string): Promise<number | undefined> {
  try {
    const file = await fs.promises.open(name, 'r')
    try {
      const { size } = await file.stat()
      const read = async (start: number, length: number) => {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, start)
        return buffer.subarray(0, bytesRead)
      }
      const head = firstLines(await read(0, Math.min(size, HEAD)))
      const start = Math.max(head.length, size - TAIL)
      return await lastPosition(head, lastLines(await read(start, size - start), start > head.length), name)
    } finally {
      await file.close()
    }
  } catch {
    return undefined
  }
}

/** The header, if there is one, and the first entry: offsets count from them. */
function firstLines(bytes: Buffer): Buffer {
  const first = bytes.indexOf(0x0a) + 1
  return bytes.subarray(0, bytes.indexOf(0x0a, first) + 1 || first)
}

/** @param isCut the bytes begin within a line */
function lastLines(bytes: Buffer, isCut: boolean): Buffer {
  const whole = isCut ? bytes.subarray(bytes.indexOf(0x0a) + 1) : bytes
  return whole.subarray(whole.lastIndexOf(0x0a, Math.max(0, whole.length - LAST_LINES)) + 1)
}

async function lastPosition(head: Buffer, tail: Buffer, name: string): Promise<number | undefined> {
  if (head[0] !== 0x7b) return undefined
  const position = new RecordingPosition()
  let last: RecordedMessage | undefined
  for await (const items of readRecording(inPieces(head, tail), { name, position }))
    for (const item of items) if (!isBroken(item)) last = item
  const { isDated, wentBack } = position
  if (last === undefined || wentBack.times > 0) return undefined
  const { message, position: end } = last
  const apart = isDated && message.time !== undefined ? Math.abs(end - message.time) : 0
  return apart > MOST_CORRECTED ? undefined : end
}

async function* inPieces(...pieces: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces
}
