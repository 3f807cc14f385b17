import { formatByteSize } from '../core/byte-size.js'
import { ByteWriter } from '../core/byte-writer.js'
import { DEFAULT_GUARANTEE, isRetained, type Message, payloadSize } from '../core/message.js'
import { encodeEntry } from '../core/recording/recording-entry.js'
import { visibleText } from '../core/visible-text.js'

/** Messages that would be sent `due` microseconds after the start, one line each, for people. */
export function formatDueMessages(batch: readonly Message[], due: number): string {
  return batch.map((message) => formatDueMessage(message, due)).join('')
}

function formatDueMessage(message: Message, due: number): string {
  const { channel, guarantee = DEFAULT_GUARANTEE } = message
  const seconds = `+${(due / 1_000_000).toFixed(6)}s`.padStart(14)
  const retain = isRetained(message) ? '  retain' : ''
  return `${seconds}  ${visibleText(channel)}  qos ${guarantee}  ${formatByteSize(payloadSize(message))}${retain}\n`
}

const lines = new ByteWriter(64 * 1024)

/** The same messages as entries of a recording. */
export function encodeDueMessages(batch: readonly Message[], due: number): Uint8Array {
  for (const message of batch) encodeEntry(message, Math.round(due), lines)
  return lines.take()
}
