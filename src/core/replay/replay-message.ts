import type { Message, MqttBinding, Qos } from '../message.js'
import { findNoTimestamp, findTimestamp, shiftTimestamps } from './replay-time-shift.js'

/** What is changed of messages when they are replayed. */
export interface ReplayChanges {
  readonly rename: (channel: string) => string
  readonly qos?: Qos | undefined
  readonly retain: 'keep' | 'clear' | 'set'
  /** Reference tokens of JSON pointers to timestamps in payloads that are moved to now. */
  readonly timestamps: readonly (readonly string[])[]
}

/** Makes the messages that are sent out of the messages that were recorded. */
export class ReplayMessages {
  #lastBinding: MqttBinding | undefined
  #lastChanged: MqttBinding | undefined
  /** Microseconds that timestamps are moved by, without the rounds; known once the first of them is. */
  #delta: number | undefined
  #toldNoTimestamp = false

  /**
   * @param now microseconds since 1970-01-01 UTC
   * @param onNoTimestamp told once of a value that was to be moved and is no timestamp
   */
  constructor(
    private readonly changes: ReplayChanges,
    private readonly now: () => number,
    private readonly onNoTimestamp: (value: string) => void
  ) {}

  /** @param elapsed microseconds that earlier rounds took: their timestamps come again so much later */
  toSend(message: Message, elapsed: number): Message {
    const { rename, timestamps } = this.changes
    const payload =
      timestamps.length === 0
        ? message.payload
        : shiftTimestamps(message.payload, timestamps, this.#deltaOf(message) + elapsed)
    if (timestamps.length > 0 && !this.#toldNoTimestamp) this.#tellNoTimestamp(message.payload)
    const channel = rename(message.channel)
    const { headers, time } = message
    const mqtt = this.#bindingOf(message.mqtt)
    if (channel === message.channel && payload === message.payload && mqtt === message.mqtt) return message
    return time === undefined
      ? { channel, payload, headers, mqtt }
      : { channel, payload, headers, mqtt, time }
  }

  #tellNoTimestamp(payload: Uint8Array): void {
    const value = findNoTimestamp(payload, this.changes.timestamps)
    if (value === undefined) return
    this.#toldNoTimestamp = true
    this.onNoTimestamp(value)
  }

  /** The first timestamp becomes now, and all others keep their distance from it. */
  #deltaOf(message: Message): number {
    if (this.#delta === undefined) {
      const first = findTimestamp(message.payload, this.changes.timestamps)
      if (first === undefined) return 0
      this.#delta = this.now() - first
    }
    return this.#delta
  }

  /** Whether it was sent before and by which subscription it came says nothing of the message that is sent now [MQTT-3.3.4-6]. */
  #bindingOf(binding: MqttBinding): MqttBinding {
    if (binding === this.#lastBinding && this.#lastChanged !== undefined) return this.#lastChanged
    const { dup, subscriptionIds, ...kept } = binding
    const qos = this.changes.qos ?? binding.qos
    const retain = this.changes.retain === 'keep' ? binding.retain : this.changes.retain === 'set'
    const isSame =
      dup === undefined && subscriptionIds === undefined && qos === binding.qos && retain === binding.retain
    this.#lastBinding = binding
    this.#lastChanged = isSame ? binding : { ...kept, qos, retain }
    return this.#lastChanged
  }
}
