import type { ByteWriter } from '../byte-writer.js'
import { formatEnvelope } from '../envelope/envelope.js'
import type { Message } from '../message.js'
import { asBuffer } from '../utf8.js'

const NEWLINE = 0x0a

/** Returns the whole lines at the front, and their length in bytes with their line feeds. */
export function cutWholeLines(bytes: Uint8Array): { lines: Uint8Array[]; length: number } {
  const buffer = asBuffer(bytes)
  const lines: Uint8Array[] = []
  let start = 0
  for (let end = buffer.indexOf(NEWLINE); end !== -1; end = buffer.indexOf(NEWLINE, start)) {
    lines.push(buffer.subarray(start, end))
    start = end + 1
  }
  return { lines, length: start }
}

/** Appends a refused message: its envelope line with a first field `reason`, which readers of envelopes ignore. */
export function encodeRefused(message: Message, reason: string, into: ByteWriter): void {
  into.writeText(`{"reason":${JSON.stringify(reason)},${formatEnvelope(message).slice(1)}\n`)
}

/** Appends a line that is no envelope, as base64, so that any bytes in it are kept. */
export function encodeUnreadable(line: Uint8Array, reason: string, into: ByteWriter): void {
  const base64 = asBuffer(line).toString('base64')
  into.writeText(`${JSON.stringify({ reason: `it cannot be read: ${reason}`, line: base64 })}\n`)
}
