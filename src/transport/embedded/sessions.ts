import type { BrokerLimits } from './broker-limits.js'
import { PatternIndex } from './pattern-index.js'
import { idIn, incomingKey, sessionKey, subscriptionKey } from './session-keys.js'
import { SessionQueue } from './session-queue.js'
import type { StoredMessage } from './stored-message.js'
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

interface Session {
  readonly subscriptions: Map<string, StoredSubscription>
  readonly queue: SessionQueue
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
    for (const session of this.#sessions.values()) count += session.queue.length
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

  /**
   * Queues the message for every session that subscribed to its channel, with the highest QoS that both sides allow.
   * @returns whether there is one
   */
  enqueue(message: StoredMessage): boolean {
    const wanted = new Map<string, { qos: 0 | 1 | 2; rap: boolean }>()
    this.#index.match(message.topic, (id, { qos, nl, rap }) => {
      if (nl === true && message.clientId === id) return
      const before = wanted.get(id)
      if (qos > (before?.qos ?? 0)) wanted.set(id, { qos, rap: rap === true })
    })
    for (const [id, { qos, rap }] of wanted) {
      const queued = { ...message, qos: Math.min(qos, message.qos) as 1 | 2, retain: message.retain && rap }
      if (!this.#session(id).queue.add(queued)) this.dropped++
    }
    return wanted.size > 0
  }

  /** What waits for a session; nothing where there is no such session. */
  queue(id: string): SessionQueue | undefined {
    return this.#sessions.get(id)?.queue
  }

  /** Resolves once all of this is stored; `undefined` if it is. */
  flushed(): Promise<void> | undefined {
    return this.#table.flushed()
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
    session.queue.clear()
    for (const messageId of [...session.incoming]) this.released(id, messageId)
    this.#sessions.delete(id)
    this.#table.delete(sessionKey(id))
    await this.#table.flushed()
  }

  #session(id: string): Session {
    let session = this.#sessions.get(id)
    if (session === undefined) {
      session = {
        subscriptions: new Map(),
        queue: new SessionQueue(id, this.#table, this.#limits),
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
      this.#session(idIn(key)).queue.count(Number(counter), Number(size))
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
