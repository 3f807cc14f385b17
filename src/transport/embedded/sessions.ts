import type { RoutedMessage } from './aedes-internals.js'
import type { BrokerLimits } from './broker-limits.js'
import { PatternIndex } from './pattern-index.js'
import {
  idIn,
  incomingKey,
  queueKey,
  queueKeyAfter,
  queuePrefix,
  sessionKey,
  subscriptionKey
} from './session-keys.js'
import { BROKER_ID, type StoredMessage, sizeOf } from './stored-message.js'
import type { Table } from './table.js'

/** MQTT 5's "never" for a session expiry interval. */
const NEVER = 0xffffffff

export interface StoredSubscription {
  readonly topic: string
  readonly qos: 0 | 1 | 2
  readonly rh?: number
  readonly rap?: boolean
  readonly nl?: boolean
  readonly subscriptionIdentifier?: number
}

/** Half a QoS 2 delivery: the message arrived, its release has not been answered. */
export interface StoredRelease {
  readonly cmd: 'pubrel'
  readonly brokerId: string
  readonly brokerCounter: number
  readonly messageId: number
}

interface Session {
  readonly subscriptions: Map<string, StoredSubscription>
  /** Bytes of each queued message by its counter, oldest first. */
  readonly queue: Map<number, number>
  queuedBytes: number
  newest: number
  /** Identifiers of QoS 2 messages that this client sent and has not released. */
  readonly incoming: Set<number>
  life: Life
}

interface Life {
  /** Seconds that the session outlives its connection. */
  readonly expiry: number
  /** Milliseconds since 1970; absent while connected. */
  readonly leftAt?: number
}

/**
 * The sessions that outlive their connections: subscriptions, queued messages and half-finished QoS 2 exchanges. In memory is
 * what is needed to decide; the messages themselves are only in the table.
 */
export class Sessions {
  readonly #sessions = new Map<string, Session>()
  readonly #index = new PatternIndex<StoredSubscription>()
  readonly #table: Table
  readonly #limits: BrokerLimits
  /** Messages that a full queue did not take. */
  dropped = 0
  /** The highest counter that a stored message has. */
  lastCounter = 0

  private constructor(table: Table, limits: BrokerLimits) {
    this.#table = table
    this.#limits = limits
  }

  static async open(table: Table, limits: BrokerLimits): Promise<Sessions> {
    const sessions = new Sessions(table, limits)
    await sessions.#load()
    return sessions
  }

  get count(): number {
    return this.#sessions.size
  }

  get queued(): number {
    let count = 0
    for (const session of this.#sessions.values()) count += session.queue.size
    return count
  }

  has(id: string): boolean {
    return this.#sessions.has(id)
  }

  /** Whether one more session finds room. */
  get isFull(): boolean {
    return this.#sessions.size >= this.#limits.sessions
  }

  arrived(id: string, expiry: number): void {
    this.#live(id, this.#session(id), { expiry })
  }

  left(id: string, expiry: number): void {
    const session = this.#sessions.get(id)
    if (session !== undefined) this.#live(id, session, { expiry, leftAt: Date.now() })
  }

  /** The subscriptions to resume; a session whose time is over is ended first. */
  async subscriptions(id: string): Promise<StoredSubscription[]> {
    const session = this.#sessions.get(id)
    if (session === undefined) return []
    if (hasExpired(session.life)) await this.end(id)
    return [...session.subscriptions.values()]
  }

  subscribe(id: string, subscription: StoredSubscription): void {
    this.#session(id).subscriptions.set(subscription.topic, subscription)
    this.#index.set(subscription.topic, id, subscription)
    this.#table.put(subscriptionKey(id, subscription.topic), subscription)
  }

  unsubscribe(id: string, topic: string): void {
    if (!this.#sessions.get(id)?.subscriptions.delete(topic)) return
    this.#index.delete(topic, id)
    this.#table.delete(subscriptionKey(id, topic))
  }

  /** Queues the message for every session that subscribed to its channel, with the highest QoS that both sides allow. */
  enqueue(message: StoredMessage): void {
    const wanted = new Map<string, { qos: 0 | 1 | 2; rap: boolean }>()
    this.#index.match(message.topic, (id, { qos, nl, rap }) => {
      if (nl === true && message.clientId === id) return
      const before = wanted.get(id)
      if (qos > (before?.qos ?? 0)) wanted.set(id, { qos, rap: rap === true })
    })
    for (const [id, { qos, rap }] of wanted) {
      const session = this.#session(id)
      const bytes = sizeOf(message)
      if (!this.#takes(session, bytes)) {
        this.dropped++
        continue
      }
      session.queue.set(message.brokerCounter, bytes)
      session.queuedBytes += bytes
      session.newest = message.brokerCounter
      this.#table.put(queueKey(id, message.brokerCounter, bytes), {
        ...message,
        qos: Math.min(qos, message.qos),
        retain: message.retain && rap
      })
    }
  }

  isQueued(id: string, counter: number): boolean {
    return this.#sessions.get(id)?.queue.has(counter) === true
  }

  /** The queued message was sent, with this QoS and identifier. */
  sent(id: string, message: RoutedMessage, qos: 1 | 2, messageId: number): void {
    const { brokerCounter, topic, payload, retain, clientId, properties, messageExpiry } = message
    this.update(id, {
      cmd: 'publish',
      brokerId: BROKER_ID,
      brokerCounter,
      topic,
      payload,
      qos,
      retain,
      dup: false,
      messageId,
      ...(clientId === undefined ? undefined : { clientId }),
      ...(properties === undefined ? undefined : { properties }),
      ...(messageExpiry === undefined ? undefined : { messageExpiry })
    })
  }

  /** Resolves once all of this is stored; `undefined` if it is. */
  flushed(): Promise<void> | undefined {
    return this.#table.flushed()
  }

  /** Replaces a queued message by the same one with its identifier, or by its release. */
  update(id: string, stored: StoredMessage | StoredRelease): void {
    const bytes = this.#sessions.get(id)?.queue.get(stored.brokerCounter)
    if (bytes !== undefined) this.#table.put(queueKey(id, stored.brokerCounter, bytes), stored)
  }

  dequeue(id: string, counter: number): void {
    const session = this.#sessions.get(id)
    const bytes = session?.queue.get(counter)
    if (session === undefined || bytes === undefined) return
    session.queue.delete(counter)
    session.queuedBytes -= bytes
    this.#table.delete(queueKey(id, counter, bytes))
  }

  /** The counter of the newest message that was ever queued for this session; 0 if none is. */
  newestQueued(id: string): number {
    const session = this.#sessions.get(id)
    return session === undefined || session.queue.size === 0 ? 0 : session.newest
  }

  /** What is queued behind `counter`, oldest first; what has expired is taken away. */
  async *queuedAfter(id: string, counter: number): AsyncGenerator<StoredMessage | StoredRelease> {
    for await (const [, value] of this.#table.entries(queuePrefix(id), queueKeyAfter(id, counter))) {
      const stored = value as StoredMessage | StoredRelease
      if (!this.isQueued(id, stored.brokerCounter)) continue
      const expiry = stored.cmd === 'publish' ? stored.messageExpiry : undefined
      if (expiry !== undefined && expiry <= Date.now()) this.dequeue(id, stored.brokerCounter)
      else yield stored
    }
  }

  incoming(id: string): ReadonlySet<number> | undefined {
    return this.#sessions.get(id)?.incoming
  }

  received(id: string, messageId: number): void {
    this.#session(id).incoming.add(messageId)
    this.#table.put(incomingKey(id, messageId), true)
  }

  released(id: string, messageId: number): void {
    if (this.#sessions.get(id)?.incoming.delete(messageId)) {
      this.#table.delete(incomingKey(id, messageId))
    }
  }

  /** Forgets the session and everything that belongs to it. */
  async end(id: string): Promise<void> {
    const session = this.#sessions.get(id)
    if (session === undefined) return
    for (const topic of [...session.subscriptions.keys()]) this.unsubscribe(id, topic)
    for (const counter of [...session.queue.keys()]) this.dequeue(id, counter)
    for (const messageId of [...session.incoming]) this.released(id, messageId)
    this.#sessions.delete(id)
    this.#table.delete(sessionKey(id))
    await this.#table.flushed()
  }

  #takes(session: Session, bytes: number): boolean {
    return (
      session.queue.size < this.#limits.queuedMessagesPerSession &&
      session.queuedBytes + bytes <= this.#limits.queuedBytesPerSession
    )
  }

  #session(id: string): Session {
    let session = this.#sessions.get(id)
    if (session === undefined) {
      session = {
        subscriptions: new Map(),
        queue: new Map(),
        queuedBytes: 0,
        newest: 0,
        incoming: new Set(),
        life: { expiry: NEVER }
      }
      this.#sessions.set(id, session)
    }
    return session
  }

  #live(id: string, session: Session, life: Life): void {
    session.life = life
    this.#table.put(sessionKey(id), life)
  }

  async #load(): Promise<void> {
    for await (const [key, value] of this.#table.entries('session:')) {
      // Whoever was connected when the broker died left at that moment; this start is the closest that is known.
      this.#session(idIn(key)).life = { leftAt: Date.now(), ...(value as Life) }
    }
    for await (const [key, value] of this.#table.entries('subscription:')) {
      const subscription = value as StoredSubscription
      const id = idIn(key)
      this.#session(id).subscriptions.set(subscription.topic, subscription)
      this.#index.set(subscription.topic, id, subscription)
    }
    for await (const key of this.#table.keys('queue:')) {
      const [, , counter = '', size = ''] = key.split(':')
      const session = this.#session(idIn(key))
      session.queue.set(Number(counter), Number(size))
      session.queuedBytes += Number(size)
      session.newest = Number(counter)
      this.lastCounter = Math.max(this.lastCounter, Number(counter))
    }
    for await (const key of this.#table.keys('incoming:')) {
      this.#session(idIn(key)).incoming.add(Number(key.split(':')[2]))
    }
    for (const [id, { life }] of this.#sessions) if (hasExpired(life)) await this.end(id)
  }
}

function hasExpired({ expiry, leftAt }: Life): boolean {
  return expiry !== NEVER && leftAt !== undefined && leftAt + expiry * 1000 <= Date.now()
}
