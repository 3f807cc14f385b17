import { ByteReader } from '../../wire/byte-reader.js'
import type { ByteWriter } from '../../wire/byte-writer.js'
import {
  readGrant,
  readList,
  readMessageFacts,
  readQueue,
  readSubscription,
  readWill,
  writeGrant,
  writeList,
  writeMessageFacts,
  writeQueue,
  writeSubscription,
  writeWill
} from './fact-fields.js'
import type { Fact, Recipient } from './facts.js'

/** The first byte of a record says its kind. The numbers are for ever. */
const KINDS = [
  'checkpoint',
  'checkpoint-end',
  'session',
  'session-end',
  'subscription',
  'unsubscribed',
  'message',
  'located',
  'retained',
  'queued',
  'sent',
  'released',
  'done',
  'received',
  'freed',
  'queue',
  'will',
  'will-gone'
] as const satisfies readonly Fact['kind'][]

const NUMBERS: ReadonlyMap<Fact['kind'], number> = new Map(KINDS.map((kind, number) => [kind, number]))

/** Marks a fact that a checkpoint repeats. */
const IN_CHECKPOINT = 0x80

export function encodeFact(fact: Fact, inCheckpoint: boolean, to: ByteWriter): void {
  to.byte((NUMBERS.get(fact.kind) ?? 0) | (inCheckpoint ? IN_CHECKPOINT : 0))
  switch (fact.kind) {
    case 'checkpoint':
      to.variableInteger(fact.seq)
      writeList(fact.segments, to)
      to.variableInteger(fact.segment)
      break
    case 'checkpoint-end':
      to.variableInteger(fact.facts)
      break
    case 'session':
      to.variableInteger(fact.no)
      to.text(fact.id)
      to.variableInteger(fact.expiry)
      to.variableInteger(fact.leftAt)
      break
    case 'session-end':
    case 'will-gone':
      to.variableInteger(fact.no)
      break
    case 'will':
      to.variableInteger(fact.no)
      writeWill(fact.will, to)
      break
    case 'subscription':
      to.variableInteger(fact.no)
      to.text(fact.filter)
      writeSubscription(fact.subscription, to)
      break
    case 'unsubscribed':
      to.variableInteger(fact.no)
      to.text(fact.filter)
      break
    case 'message':
      writeMessageFacts(fact, to)
      to.text(fact.topic)
      to.variableInteger(fact.properties.length)
      to.bytes(fact.properties)
      to.variableInteger(fact.recipients.length)
      for (const recipient of fact.recipients) {
        to.variableInteger(recipient.no)
        writeGrant(recipient, to)
      }
      to.variableInteger(fact.from?.no ?? 0)
      if (fact.from !== undefined) to.twoBytes(fact.from.packetId)
      to.bytes(fact.payload)
      break
    case 'located':
      writeMessageFacts(fact, to)
      to.variableInteger(fact.size)
      to.variableInteger(fact.place.segment)
      to.variableInteger(fact.place.offset)
      to.variableInteger(fact.place.length)
      break
    case 'retained':
      to.text(fact.topic)
      to.variableInteger(fact.seq)
      break
    case 'queued':
      to.variableInteger(fact.no)
      to.variableInteger(fact.seq)
      writeGrant(fact, to)
      to.twoBytes(fact.packetId)
      to.byte(fact.released ? 1 : 0)
      break
    case 'queue':
      to.variableInteger(fact.no)
      writeQueue(fact.entries, to)
      break
    case 'sent':
    case 'done':
      to.variableInteger(fact.no)
      to.variableInteger(fact.seq)
      to.twoBytes(fact.packetId)
      break
    default:
      to.variableInteger(fact.no)
      to.twoBytes(fact.packetId)
  }
}

/** Whether the fact that begins at `start` is part of a checkpoint. */
export function isInCheckpoint(bytes: Buffer, start: number): boolean {
  return ((bytes[start] ?? 0) & IN_CHECKPOINT) !== 0
}

/**
 * Reads what `encodeFact` wrote, which is all of `bytes[start..end]`. A message's payload and properties are views of `bytes`.
 * @throws RangeError for bytes that say something else
 */
export function decodeFact(bytes: Buffer, start: number, end: number): Fact {
  const from = new ByteReader(bytes, start, end)
  const kind = KINDS[from.byte() & ~IN_CHECKPOINT]
  switch (kind) {
    case 'checkpoint':
      return {
        kind,
        seq: from.variableInteger(),
        segments: readList(from),
        segment: from.variableInteger()
      }
    case 'checkpoint-end':
      return { kind, facts: from.variableInteger() }
    case 'session':
      return {
        kind,
        no: from.variableInteger(),
        id: from.text(),
        expiry: from.variableInteger(),
        leftAt: from.variableInteger()
      }
    case 'session-end':
    case 'will-gone':
      return { kind, no: from.variableInteger() }
    case 'will':
      return { kind, no: from.variableInteger(), will: readWill(from) }
    case 'subscription':
      return { kind, no: from.variableInteger(), filter: from.text(), subscription: readSubscription(from) }
    case 'unsubscribed':
      return { kind, no: from.variableInteger(), filter: from.text() }
    case 'message': {
      const facts = readMessageFacts(from)
      const topic = from.text()
      const properties = from.bytes(from.variableInteger())
      const recipients: Recipient[] = []
      for (let left = from.variableInteger(); left > 0; left--)
        recipients.push({ no: from.variableInteger(), ...readGrant(from) })
      const no = from.variableInteger()
      const sender = no > 0 ? { no, packetId: from.twoBytes() } : undefined
      return { kind, ...facts, topic, properties, recipients, from: sender, payload: from.bytes(from.left) }
    }
    case 'located': {
      const facts = readMessageFacts(from)
      const size = from.variableInteger()
      const [segment, offset] = [from.variableInteger(), from.variableInteger()]
      return { kind, ...facts, size, place: { segment, offset, length: from.variableInteger() } }
    }
    case 'retained':
      return { kind, topic: from.text(), seq: from.variableInteger() }
    case 'queued': {
      const [no, seq] = [from.variableInteger(), from.variableInteger()]
      const grant = readGrant(from)
      return { kind, no, seq, ...grant, packetId: from.twoBytes(), released: from.byte() === 1 }
    }
    case 'queue':
      return { kind, no: from.variableInteger(), entries: readQueue(from) }
    case 'sent':
    case 'done':
      return { kind, no: from.variableInteger(), seq: from.variableInteger(), packetId: from.twoBytes() }
    case 'released':
    case 'received':
    case 'freed':
      return { kind, no: from.variableInteger(), packetId: from.twoBytes() }
    default:
      throw new RangeError('a record of an unknown kind')
  }
}
