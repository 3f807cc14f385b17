import type { Content, MessageFacts, Place } from '../store/facts.js'

/** A message that some session or channel still needs. */
export interface BrokerMessage extends MessageFacts {
  /** Absent while it is only on the disk, or needed no more. */
  content: Content | undefined
  /** Whether the content stays when the packet is done with that it came in. */
  isKept: boolean
  /** Where it is on the disk, if it is. */
  place: Place | undefined
  /** Bytes, roughly: what counts against limits. */
  readonly size: number
  /** How many sessions and channels need it. */
  holders: number
}

/** Bytes of memory that a content takes besides its text and bytes: two objects and a buffer. Measured. */
const OVERHEAD = 300

const NOTHING = new Uint8Array(0)

export function newMessage(facts: MessageFacts, content: Content): BrokerMessage {
  const { seq, qos, retain, expiresAt } = facts
  const size = sizeOf(content)
  return { seq, qos, retain, expiresAt, content, isKept: false, place: undefined, size, holders: 0 }
}

/** Bytes of memory that a content takes, roughly. */
export const sizeOf = ({ topic, payload, properties }: Content): number =>
  payload.length + topic.length + properties.length + OVERHEAD

/** Milliseconds between two searches for what has expired, so that nobody makes the broker search all the time. */
export const SWEEP_PAUSE = 1000

export const hasExpired = ({ expiresAt }: MessageFacts): boolean => expiresAt <= Date.now()

/** A view of a network chunk would keep the whole chunk. */
export function ownContent({ topic, properties, payload }: Content): Content {
  return { topic, properties: ownBytes(properties), payload: ownBytes(payload) }
}

function ownBytes(bytes: Uint8Array): Uint8Array {
  if (bytes.length === 0) return NOTHING
  return bytes.length * 2 > bytes.buffer.byteLength ? bytes : Uint8Array.prototype.slice.call(bytes)
}
