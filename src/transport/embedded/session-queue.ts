import type { RoutedMessage } from './aedes-internals.js'
import type { BrokerLimits } from './broker-limits.js'
import { queueKey, queueKeyAfter, queuePrefix } from './session-keys.js'
import { BROKER_ID, type StoredMessage, type StoredRelease, sizeOf } from './stored-message.js'
import type { Table } from './table.js'

/** The messages that wait for one session. They are only in the table; in memory is what they take. */
export class SessionQueue {
  readonly #id: string
  readonly #table: Table
  readonly #limits: BrokerLimits
  /** Bytes of each message by its counter, oldest first. */
  readonly #sizes = new Map<number, number>()
  #bytes = 0
  #newest = 0

  constructor(id: string, table: Table, limits: BrokerLimits) {
    this.#id = id
    this.#table = table
    this.#limits = limits
  }

  get length(): number {
    return this.#sizes.size
  }

  /** The counter of the newest message that was ever queued; 0 if none is. */
  get newest(): number {
    return this.#sizes.size === 0 ? 0 : this.#newest
  }

  has(counter: number): boolean {
    return this.#sizes.has(counter)
  }

  /** Queues the message and gives true, unless the queue is full. */
  add(message: StoredMessage): boolean {
    const bytes = sizeOf(message)
    const isFull = this.#sizes.size >= this.#limits.queuedMessagesPerSession
    if (isFull || this.#bytes + bytes > this.#limits.queuedBytesPerSession) return false
    this.count(message.brokerCounter, bytes)
    this.#table.put(queueKey(this.#id, message.brokerCounter, bytes), message)
    return true
  }

  /** Counts a message that is in the table already; each is newer than the one before. */
  count(counter: number, bytes: number): void {
    this.#sizes.set(counter, bytes)
    this.#bytes += bytes
    this.#newest = counter
  }

  /** The message was sent, with this QoS and identifier. */
  sent(message: RoutedMessage, qos: 1 | 2, messageId: number): void {
    const { brokerCounter, topic, payload, retain, clientId, properties, messageExpiry } = message
    this.#replace({
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

  /** The message arrived (QoS 2): its release takes its place. */
  release(counter: number, messageId: number): void {
    this.#replace({ cmd: 'pubrel', brokerCounter: counter, messageId, brokerId: BROKER_ID })
  }

  remove(counter: number): void {
    const bytes = this.#sizes.get(counter)
    if (bytes === undefined) return
    this.#sizes.delete(counter)
    this.#bytes -= bytes
    this.#table.delete(queueKey(this.#id, counter, bytes))
  }

  clear(): void {
    for (const counter of [...this.#sizes.keys()]) this.remove(counter)
  }

  /** What is queued behind `counter`, oldest first; what has expired is taken away. */
  async *after(counter: number): AsyncGenerator<StoredMessage | StoredRelease> {
    const from = queueKeyAfter(this.#id, counter)
    for await (const [, value] of this.#table.entries(queuePrefix(this.#id), from)) {
      const stored = value as StoredMessage | StoredRelease
      if (!this.#sizes.has(stored.brokerCounter)) continue
      const expiry = stored.cmd === 'publish' ? stored.messageExpiry : undefined
      if (expiry !== undefined && expiry <= Date.now()) this.remove(stored.brokerCounter)
      else yield stored
    }
  }

  #replace(stored: StoredMessage | StoredRelease): void {
    const bytes = this.#sizes.get(stored.brokerCounter)
    if (bytes !== undefined) this.#table.put(queueKey(this.#id, stored.brokerCounter, bytes), stored)
  }
}
