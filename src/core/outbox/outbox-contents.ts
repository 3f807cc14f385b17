import { parseEnvelope } from '../envelope/envelope.js'
import { payloadSize } from '../message.js'
import type { StoredBatch } from './outbox.js'

/** The messages that wait in an outbox. */
export interface OutboxContents {
  readonly messages: number
  /** The size of all payloads. */
  readonly bytes: number
  /** When the oldest message was stored, in microseconds since 1970-01-01 UTC. */
  readonly oldest: number | undefined
  /** How many messages wait for each channel. */
  readonly channels: ReadonlyMap<string, number>
  /** How many lines are no messages, so that they will be refused. */
  readonly unreadable: number
}

/** Counts the messages that wait. */
export function countOutbox(batches: Iterable<StoredBatch>): OutboxContents {
  const channels = new Map<string, number>()
  const counts = { messages: 0, bytes: 0, unreadable: 0 }
  let oldest: number | undefined
  for (const line of linesOf(batches)) {
    const message = tryParse(line)
    if (message === undefined) {
      counts.unreadable++
      continue
    }
    const { channel, time } = message
    counts.messages++
    counts.bytes += payloadSize(message)
    channels.set(channel, (channels.get(channel) ?? 0) + 1)
    if (time !== undefined) oldest = Math.min(oldest ?? time, time)
  }
  return { ...counts, oldest, channels }
}

function* linesOf(batches: Iterable<StoredBatch>): Generator<Uint8Array> {
  for (const { lines } of batches) yield* lines
}

function tryParse(line: Uint8Array) {
  try {
    return parseEnvelope(line)
  } catch {
    return undefined
  }
}
