import type { ByteReader } from '../../wire/byte-reader.js'
import type { ByteWriter } from '../../wire/byte-writer.js'
import type { Grant, MessageFacts, Qos, Queued, StoredSubscription, Will } from './facts.js'

// What several kinds of facts have in common, in bytes.

export function writeMessageFacts({ seq, qos, retain, expiresAt }: MessageFacts, to: ByteWriter): void {
  to.variableInteger(seq)
  to.byte(qos | (retain ? 4 : 0))
  to.variableInteger(Number.isFinite(expiresAt) ? expiresAt : 0)
}

export function readMessageFacts(from: ByteReader): MessageFacts {
  const seq = from.variableInteger()
  const flags = from.byte()
  const expiresAt = from.variableInteger() || Number.POSITIVE_INFINITY
  return { seq, qos: (flags & 3) as Qos, retain: (flags & 4) !== 0, expiresAt }
}

export function writeGrant({ qos, retain, ids, shared }: Grant, to: ByteWriter, more = 0): void {
  to.byte(
    qos | (retain ? 4 : 0) | (ids.length > 0 ? HAS_IDS : 0) | (shared === undefined ? 0 : IS_SHARED) | more
  )
  if (ids.length > 0) writeList(ids, to)
  if (shared !== undefined) to.text(shared)
}

/** In a grant's first byte. */
const HAS_IDS = 8
const IS_SHARED = 0x40
/** In a will's first byte. */
const HAS_EXPIRY = 8
const NO_IDS: readonly number[] = []

export const readGrant = (from: ByteReader): Grant => grantOf(from.byte(), from)

function grantOf(flags: number, from: ByteReader): Grant {
  const ids = flags & HAS_IDS ? readList(from) : NO_IDS
  const grant = { qos: (flags & 3) as Qos, retain: (flags & 4) !== 0, ids }
  return flags & IS_SHARED ? { ...grant, shared: from.text() } : grant
}

/** In a queue's entry, beside what a grant says. */
const IS_SENT = 0x10
const IS_RELEASED = 0x20

/** Small, because ten thousand sessions may wait for the same messages: mostly two bytes an entry. */
export function writeQueue(entries: readonly Queued[], to: ByteWriter): void {
  to.variableInteger(entries.length)
  let before = 0
  for (const entry of entries) {
    const { seq, packetId, released } = entry
    const step = seq - before
    to.variableInteger(step < 0 ? -step * 2 - 1 : step * 2)
    before = seq
    writeGrant(entry, to, (packetId > 0 ? IS_SENT : 0) | (released ? IS_RELEASED : 0))
    if (packetId > 0) to.twoBytes(packetId)
  }
}

export function readQueue(from: ByteReader): Queued[] {
  const entries: Queued[] = []
  let seq = 0
  for (let left = from.variableInteger(); left > 0; left--) {
    const step = from.variableInteger()
    seq += step % 2 === 0 ? step / 2 : -(step + 1) / 2
    const flags = from.byte()
    const grant = grantOf(flags, from)
    const packetId = flags & IS_SENT ? from.twoBytes() : 0
    entries.push({ seq, ...grant, packetId, released: (flags & IS_RELEASED) !== 0 })
  }
  return entries
}

export function writeSubscription(subscription: StoredSubscription, to: ByteWriter): void {
  const { qos, noLocal, retainAsPublished, retainHandling, id } = subscription
  to.byte(qos | (noLocal ? 4 : 0) | (retainAsPublished ? 8 : 0) | (retainHandling << 4))
  to.variableInteger(id)
}

export function readSubscription(from: ByteReader): StoredSubscription {
  const flags = from.byte()
  return {
    qos: (flags & 3) as Qos,
    noLocal: (flags & 4) !== 0,
    retainAsPublished: (flags & 8) !== 0,
    retainHandling: flags >> 4,
    id: from.variableInteger()
  }
}

export function writeWill(
  { topic, properties, payload, qos, retain, expiry, delay }: Will,
  to: ByteWriter
): void {
  to.byte(qos | (retain ? 4 : 0) | (expiry === undefined ? 0 : HAS_EXPIRY))
  if (expiry !== undefined) to.variableInteger(expiry)
  to.variableInteger(delay)
  to.text(topic)
  to.variableInteger(properties.length)
  to.bytes(properties)
  to.bytes(payload)
}

/** The last field of a fact. It is a copy, because it is kept longer than what it is read from. */
export function readWill(from: ByteReader): Will {
  const flags = from.byte()
  const expiry = flags & HAS_EXPIRY ? from.variableInteger() : undefined
  const delay = from.variableInteger()
  const topic = from.text()
  const properties = Uint8Array.from(from.bytes(from.variableInteger()))
  const payload = Uint8Array.from(from.bytes(from.left))
  return { topic, properties, payload, qos: (flags & 3) as Qos, retain: (flags & 4) !== 0, expiry, delay }
}

export function writeList(numbers: readonly number[], to: ByteWriter): void {
  to.variableInteger(numbers.length)
  for (const number of numbers) to.variableInteger(number)
}

export function readList(from: ByteReader): number[] {
  const numbers: number[] = []
  for (let left = from.variableInteger(); left > 0; left--) numbers.push(from.variableInteger())
  return numbers
}
