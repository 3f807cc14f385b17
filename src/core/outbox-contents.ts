import { parseEnvelope } from './envelope.js'
import type { StoredBatch } from './outbox.js'

/** What waits in an outbox. */
export interface OutboxContents {
  readonly messages: number
  /** Of their payloads. */
  readonly bytes: number
  /** When the oldest was stored: microseconds since 1970-01-01 UTC. */
  readonly oldest: number | undefined
  /** How many messages wait for each channel; those that cannot be read are under `undefined`. */
  readonly channels: ReadonlyMap<string | undefined, number>
}

/** Counts what waits. */
export function countOutbox(batches: Iterable<StoredBatch>): OutboxContents {
  const channels = new Map<string | undefined, number>()
  let messages = 0
  let bytes = 0
  let oldest: number | undefined
  for (const { lines } of batches) {
    for (const line of lines) {
      messages++
      const message = tryParse(line)
      channels.set(message?.channel, (channels.get(message?.channel) ?? 0) + 1)
      bytes += message?.payload.length ?? line.length
      if (message?.time !== undefined && !(oldest !== undefined && oldest <= message.time))
        oldest = message.time
    }
  }
  return { messages, bytes, oldest, channels }
}

function tryParse(line: Uint8Array) {
  try {
    return parseEnvelope(line)
  } catch {
    return undefined
  }
}
