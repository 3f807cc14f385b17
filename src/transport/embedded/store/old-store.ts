import { deserialize } from 'node:v8'
import { ByteWriter } from '../../wire/byte-writer.js'
import { PROPERTY } from '../protocol/properties.js'
import { newMessage } from '../state/broker-message.js'
import type { BrokerState } from '../state/broker-state.js'
import type { Session } from '../state/session.js'
import type { Content, Qos } from './facts.js'
import type { OldStore } from './store-lock.js'

/** A message as version 0.1 stored it. */
interface OldMessage {
  readonly cmd: 'publish'
  readonly brokerCounter: number
  readonly topic: string
  readonly payload: Uint8Array
  readonly qos: Qos
  readonly retain: boolean
  readonly properties?: OldProperties
  readonly messageExpiry?: number
  readonly messageId?: number
}

/** A QoS 2 message that its receiver has. */
interface OldRelease {
  readonly cmd: 'pubrel'
  readonly brokerCounter: number
  readonly messageId: number
}

interface OldProperties {
  readonly payloadFormatIndicator?: boolean
  readonly contentType?: string
  readonly responseTopic?: string
  readonly correlationData?: Uint8Array
  readonly userProperties?: Readonly<Record<string, string | readonly string[]>>
}

interface OldSubscription {
  readonly topic: string
  readonly qos: Qos
  readonly rh?: number
  readonly rap?: boolean
  readonly nl?: boolean
  readonly subscriptionIdentifier?: number
}

/** What is stored before the journal is written out. */
const BATCH = 1000

/**
 * Takes over what version 0.1 kept: sessions, subscriptions, retained and queued messages, half-finished QoS 2 exchanges. The old
 * store stays as it is.
 * @throws what reading or writing throws
 */
export async function takeOldStore(old: OldStore, state: BrokerState): Promise<void> {
  const sessions = new Map<string, Session>()
  const sessionOf = (key: string): Session => {
    const id = decodeURIComponent(key.split(':')[1] ?? '')
    const session = sessions.get(id) ?? state.openSession(id, 0xffffffff)
    sessions.set(id, session)
    return session
  }
  for await (const [key, value] of old.entries('session:')) {
    const { expiry, leftAt } = deserialize(value) as { expiry: number; leftAt?: number }
    const session = sessionOf(key)
    session.expiry = expiry
    if (leftAt !== undefined) session.leftAt = leftAt
  }
  for await (const [key, value] of old.entries('subscription:')) {
    const { topic, qos, rh, rap, nl, subscriptionIdentifier } = deserialize(value) as OldSubscription
    state.subscribe(sessionOf(key), topic, {
      qos,
      noLocal: nl === true,
      retainAsPublished: rap === true,
      retainHandling: rh ?? 0,
      id: subscriptionIdentifier ?? 0
    })
  }
  for await (const [key] of old.entries('incoming:'))
    state.received(sessionOf(key), Number(key.split(':')[2]))
  let count = 0
  for await (const [, value] of old.entries('retained:')) {
    const message = toMessage(deserialize(value) as OldMessage, ++state.seq)
    state.store(message, [])
    state.retain(message)
    if (++count % BATCH === 0) commit(state)
  }
  for await (const [key, value] of old.entries('queue:')) {
    const stored = deserialize(value) as OldMessage | OldRelease
    const session = sessionOf(key)
    const isReleased = stored.cmd === 'pubrel'
    const message = toMessage(isReleased ? { ...RELEASED, ...stored, cmd: 'publish' } : stored, ++state.seq)
    const grant = { qos: message.qos, retain: message.retain, ids: [] }
    state.store(message, [{ session, grant }])
    state.enqueue(session, message, grant)
    const { messageId } = stored
    const delivery = messageId === undefined ? undefined : session.queue.take(message.seq)
    if (messageId !== undefined && delivery !== undefined) {
      state.sent(session, delivery, messageId)
      const inFlight = session.inFlight.get(messageId)
      if (isReleased && inFlight !== undefined) state.released(session, messageId, inFlight)
    }
    if (++count % BATCH === 0) commit(state)
  }
  for (const session of sessions.values()) {
    const { leftAt } = session
    state.leave(session)
    if (leftAt > 0) session.leftAt = leftAt
  }
  commit(state)
}

const RELEASED = { topic: '', payload: new Uint8Array(0), qos: 2, retain: false } as const

function commit(state: BrokerState): void {
  if (!state.commit()) throw state.failure ?? new Error('nothing can be written')
  state.renew()
}

function toMessage({ topic, payload, qos, retain, properties, messageExpiry }: OldMessage, seq: number) {
  const content: Content = { topic, payload, properties: encodeOld(properties ?? {}) }
  return newMessage({ seq, qos, retain, expiresAt: messageExpiry ?? Number.POSITIVE_INFINITY }, content)
}

/** The properties in their wire form. */
function encodeOld(properties: OldProperties): Uint8Array {
  const to = new ByteWriter(64)
  const { payloadFormatIndicator, contentType, responseTopic, correlationData, userProperties } = properties
  if (payloadFormatIndicator !== undefined) {
    to.byte(PROPERTY.payloadFormat)
    to.byte(payloadFormatIndicator ? 1 : 0)
  }
  if (contentType !== undefined) {
    to.byte(PROPERTY.contentType)
    to.text(contentType)
  }
  if (responseTopic !== undefined) {
    to.byte(PROPERTY.responseTopic)
    to.text(responseTopic)
  }
  if (correlationData !== undefined) {
    to.byte(PROPERTY.correlationData)
    to.binary(correlationData)
  }
  for (const [name, values] of Object.entries(userProperties ?? {}))
    for (const value of [values].flat()) {
      to.byte(PROPERTY.userProperty)
      to.text(name)
      to.text(value)
    }
  return Uint8Array.from(to.written)
}
