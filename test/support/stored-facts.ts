import fc from 'fast-check'
import type { Fact, Qos } from '../../src/transport/embedded/store/facts.js'

const number = fc.integer({ min: 1, max: 2 ** 40 })
const qos = fc.constantFrom<Qos>(0, 1, 2)
const packetId = fc.integer({ min: 1, max: 65_535 })
const text = fc.string({ unit: 'grapheme', maxLength: 20 })
const grant = {
  qos,
  retain: fc.boolean(),
  ids: fc.array(fc.integer({ min: 1, max: 268_435_455 }), { maxLength: 3 }),
  shared: fc.option(text, { nil: undefined })
}
const queued = { seq: number, ...grant, packetId: fc.oneof(packetId, fc.constant(0)), released: fc.boolean() }
const messageFacts = {
  seq: number,
  qos,
  retain: fc.boolean(),
  expiresAt: fc.oneof(number, fc.constant(Number.POSITIVE_INFINITY))
}
const kind = <K extends Fact['kind']>(name: K) => fc.constant(name)

/** Any fact that a broker's journal may hold. */
export const anyFact: fc.Arbitrary<Fact> = fc.oneof(
  fc.record({
    kind: kind('checkpoint'),
    seq: number,
    segments: fc.array(number, { maxLength: 4 }),
    segment: number
  }),
  fc.record({ kind: kind('checkpoint-end'), facts: number }),
  fc.record({ kind: kind('session'), no: number, id: text, expiry: number, leftAt: number }),
  fc.record({ kind: kind('session-end'), no: number }),
  fc.record({
    kind: kind('subscription'),
    no: number,
    filter: text,
    subscription: fc.record({
      qos,
      noLocal: fc.boolean(),
      retainAsPublished: fc.boolean(),
      retainHandling: fc.nat(2),
      id: fc.nat(268_435_455)
    })
  }),
  fc.record({ kind: kind('unsubscribed'), no: number, filter: text }),
  fc.record({
    kind: kind('message'),
    ...messageFacts,
    topic: text,
    properties: fc.uint8Array({ maxLength: 30 }),
    payload: fc.uint8Array({ maxLength: 50 }),
    recipients: fc.array(fc.record({ no: number, ...grant }), { maxLength: 4 }),
    from: fc.option(fc.record({ no: number, packetId }), { nil: undefined })
  }),
  fc.record({
    kind: kind('located'),
    ...messageFacts,
    size: number,
    place: fc.record({ segment: number, offset: number, length: number })
  }),
  fc.record({ kind: kind('retained'), topic: text, seq: number }),
  fc.record({ kind: kind('queue'), no: number, entries: fc.array(fc.record(queued), { maxLength: 4 }) }),
  fc.record({ kind: kind('queued'), no: number, seq: number, ...grant, packetId, released: fc.boolean() }),
  fc.record({ kind: kind('sent'), no: number, seq: number, packetId }),
  fc.record({ kind: kind('released'), no: number, packetId }),
  fc.record({ kind: kind('done'), no: number, seq: number, packetId: fc.oneof(packetId, fc.constant(0)) }),
  fc.record({ kind: kind('received'), no: number, packetId }),
  fc.record({ kind: kind('freed'), no: number, packetId }),
  fc.record({
    kind: kind('will'),
    no: number,
    will: fc.record({
      topic: text,
      properties: fc.uint8Array({ maxLength: 30 }),
      payload: fc.uint8Array({ maxLength: 50 }),
      qos,
      retain: fc.boolean(),
      expiry: fc.option(fc.nat(0xffffffff), { nil: undefined }),
      delay: fc.nat(0xffffffff)
    })
  }),
  fc.record({ kind: kind('will-gone'), no: number })
)
