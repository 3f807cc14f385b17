import { matchesPattern } from '../../core/channel-pattern.js'
import { mqttGrammar } from '../mqtt/channel-grammar.js'
import type { BrokerLimits } from './broker-limits.js'
import { type StoredMessage, sizeOf } from './stored-message.js'
import type { Table } from './table.js'

const PREFIX = 'retained:'

/** The last retained message of each channel: in memory to be found, in the table to be kept. */
export class RetainedMessages {
  readonly #messages = new Map<string, StoredMessage>()
  readonly #table: Table
  readonly #limits: BrokerLimits
  #bytes = 0

  private constructor(table: Table, limits: BrokerLimits) {
    this.#table = table
    this.#limits = limits
  }

  static async open(table: Table, limits: BrokerLimits): Promise<RetainedMessages> {
    const retained = new RetainedMessages(table, limits)
    for await (const [, value] of table.entries(PREFIX)) retained.#keep(value as StoredMessage)
    return retained
  }

  get count(): number {
    return this.#messages.size
  }

  /** Whether there is room for this message; an empty one takes its channel's away and always fits. */
  fits(topic: string, bytes: number): boolean {
    if (bytes === 0) return true
    if (this.#bytes + bytes > this.#limits.retainedBytes) return false
    return this.#messages.size < this.#limits.retainedMessages || this.#messages.has(topic)
  }

  /** An empty payload takes the channel's message away [MQTT-3.3.1-6]. */
  store(message: StoredMessage): void {
    if (message.payload.length === 0) {
      this.delete(message.topic)
      return
    }
    // A view would keep the whole chunk that came from the network.
    const kept = { ...message, payload: Buffer.from(message.payload) }
    this.#keep(kept)
    this.#table.put(PREFIX + message.topic, kept)
  }

  delete(topic: string): void {
    if (this.#forget(topic)) this.#table.delete(PREFIX + topic)
  }

  /** Those that a subscriber of these patterns gets, once for each pattern; what has expired is taken away. */
  *matching(patterns: readonly string[]): Generator<StoredMessage> {
    for (const pattern of patterns) {
      const named = /[+#]/.test(pattern) ? this.#messages.keys() : [pattern]
      for (const topic of named) {
        const message = this.#messages.get(topic)
        if (message === undefined || !matchesPattern(pattern, topic, mqttGrammar)) continue
        if (message.messageExpiry !== undefined && message.messageExpiry <= Date.now()) this.delete(topic)
        else yield message
      }
    }
  }

  #keep(message: StoredMessage): void {
    this.#forget(message.topic)
    this.#messages.set(message.topic, message)
    this.#bytes += sizeOf(message)
  }

  #forget(topic: string): boolean {
    const old = this.#messages.get(topic)
    if (old === undefined) return false
    this.#bytes -= sizeOf(old)
    return this.#messages.delete(topic)
  }
}
