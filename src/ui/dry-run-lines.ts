import { formatByteSize } from '../core/byte-size.js'
import { ByteWriter } from '../core/byte-writer.js'
import type { Message } from '../core/message.js'
import { encodeEntry } from '../core/recording/recording-entry.js'
import { visibleText } from '../core/visible-text.js'

/** Messages that would be sent `due` microseconds after the start, one line each, for people. */
export function formatDueMessages(batch: readonly Message[], due: number): string {
  return batch.map((message) => formatDueMessage(message, due)).join('')
}

function formatDueMessage({ channel, payload, mqtt }: Message, due: number): string {
  const seconds = `+${(due / 1_000_000).toFixed(6)}s`.padStart(14)
  const retain = mqtt.retain ? '  retain' : ''
  return `${seconds}  ${visibleText(channel)}  qos ${mqtt.qos}  ${formatByteSize(payload.length)}${retain}\n`
}

const lines = new ByteWriter(64 * 1024)

/** The same as entries of a recording. */
export function encodeDueMessages(batch: readonly Message[], due: number): Uint8Array {
  for (const message of batch) encodeEntry(message, Math.round(due), lines)
  return lines.take()
}
