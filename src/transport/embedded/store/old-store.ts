import { deserialize } from 'node:v8'
import { matchesPattern } from '../../../core/channel-pattern.js'
import { mqttGrammar } from '../../mqtt/channel-grammar.js'
import { ByteWriter } from '../../wire/byte-writer.js'
import { PROPERTY } from '../protocol/properties.js'
import { type BrokerMessage, newMessage } from '../state/broker-message.js'
import type { BrokerState } from '../state/broker-state.js'
import { NEVER, type Session } from '../state/session.js'
import type { Destination } from '../state/subscriptions.js'
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

/** How long a session lives. */
interface OldLife {
  /** Seconds that it outlives its connection. */
  readonly expiry: number
  /** Milliseconds since 1970; absent: its client was connected. */
  readonly leftAt?: number
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

/** Bytes of messages, roughly, that are written to the journal at once. */
const BATCH = 1024 * 1024

/**
 * Takes over what version 0.1 kept: sessions, subscriptions, retained and queued messages, half-finished QoS 2 exchanges. The old
 * store stays as it is.
 * @param state has no limits: a full queue of 0.1 may take more room now
 * @throws what reading or writing throws
 */
export async function takeOldStore(old: OldStore, state: BrokerState): Promise<void> {
  const sessions = new Map<string, Session>()
  const sessionOf = (key: string, { expiry, leftAt = Date.now() }: OldLife = { expiry: NEVER }): Session => {
    const id = decodeURIComponent(key.split(':')[1] ?? '')
    let session = sessions.get(id)
    if (session === undefined) {
      session = state.openSession(id, expiry)
      state.leave(session, leftAt)
      sessions.set(id, session)
    }
    return session
  }
  let unwritten = 0
  const store = (message: BrokerMessage, destinations: readonly Destination[]) => {
    if (unwritten > BATCH) commit(state)
    unwritten = unwritten > BATCH ? message.size : unwritten + message.size
    state.store(message, destinations)
  }
  for await (const [key, value] of old.entries('session:')) sessionOf(key, read<OldLife>(key, value))
  for await (const [key, value] of old.entries('subscription:')) {
    const { topic, qos, rh, rap, nl, subscriptionIdentifier } = read<OldSubscription>(key, value)
    state.subscribe(sessionOf(key), topic, {
      qos,
      noLocal: nl === true,
      retainAsPublished: rap === true,
      retainHandling: rh ?? 0,
      id: subscriptionIdentifier ?? 0
    })
  }
  for await (const [key] of old.entries('incoming:'))
    state.exchanges.received(sessionOf(key), Number(key.split(':')[2]))
  for await (const [key, value] of old.entries('retained:')) {
    const message = toMessage(read<OldMessage>(key, value), ++state.seq, true)
    store(message, [])
    state.retain(message)
  }
  for await (const [key, value] of old.entries('queue:')) {
    const stored = read<OldMessage | OldRelease>(key, value)
    const session = sessionOf(key)
    const { messageId } = stored
    const isReleased = stored.cmd === 'pubrel'
    // Where both versions have used the place in turn, each may have given it.
    const isTaken = messageId !== undefined && session.inFlight.has(messageId)
    if (isReleased && isTaken) continue
    const waiting = isReleased ? { ...RELEASED, ...stored, cmd: 'publish' as const } : stored
    // Its channel retains it as well, or did: that is another entry's to say.
    const message = toMessage(waiting, ++state.seq, false)
    const grant = { qos: message.qos, retain: waiting.retain, ids: idsOf(session, waiting.topic) }
    store(message, [{ session, grant }])
    if (messageId === undefined || isTaken) {
      state.exchanges.enqueue(session, message, grant)
      continue
    }
    state.exchanges.sentAtOnce(session, { message, grant }, messageId)
    state.messages.settle(message)
    const inFlight = session.inFlight.get(messageId)
    if (isReleased && inFlight !== undefined) state.exchanges.released(session, messageId, inFlight)
  }
  commit(state)
}

const RELEASED = { topic: '', payload: new Uint8Array(0), qos: 2, retain: false } as const

function commit(state: BrokerState): void {
  if (!state.commit()) throw state.failure ?? new Error('nothing can be written')
  state.renew()
}

/** @throws Error for bytes that hold no value */
function read<T>(key: string, value: Buffer): T {
  try {
    return deserialize(value) as T
  } catch {
    throw new Error(`one of its entries (${key.slice(0, key.indexOf(':'))}) is damaged`)
  }
}

/** The identifiers of the session's subscriptions that match [MQTT-3.3.4-3]. */
function idsOf({ subscriptions }: Session, topic: string): number[] {
  const ids: number[] = []
  for (const [filter, { id }] of subscriptions)
    if (id > 0 && matchesPattern(filter, topic, mqttGrammar)) ids.push(id)
  return ids
}

function toMessage(old: OldMessage, seq: number, retain: boolean): BrokerMessage {
  const { topic, payload, qos, properties, messageExpiry } = old
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
