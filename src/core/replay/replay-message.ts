import { asPublished, type Guarantee, type Message, type MqttBinding } from '../message.js'
import { findNoTimestamp, findTimestamp, shiftTimestamps } from './replay-time-shift.js'

/** What is changed of messages when they are replayed. */
export interface ReplayChanges {
  readonly rename: (channel: string) => string
  readonly guarantee?: Guarantee | undefined
  readonly retain: 'keep' | 'clear' | 'set'
  /** Reference tokens of JSON pointers to timestamps in payloads that are moved to now. */
  readonly timestamps: readonly (readonly string[])[]
}

/** Makes the messages that are sent out of the messages that were recorded. */
export class ReplayMessages {
  /** Bindings come in runs; one and the same stays one, which is what encoders compare. */
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
    const payload = this.#payloadOf(message, elapsed)
    const channel = this.changes.rename(message.channel)
    const guarantee = this.changes.guarantee ?? message.guarantee
    const mqtt = this.#bindingOf(message)
    if (
      channel === message.channel &&
      payload === message.payload &&
      guarantee === message.guarantee &&
      mqtt === message.mqtt
    )
      return message
    return { ...message, channel, payload, guarantee, mqtt }
  }

  #payloadOf({ payload }: Message, elapsed: number): Uint8Array | null {
    const { timestamps } = this.changes
    if (timestamps.length === 0 || payload === null) return payload
    const shifted = shiftTimestamps(payload, timestamps, this.#deltaOf(payload) + elapsed)
    if (!this.#toldNoTimestamp) this.#tellNoTimestamp(payload)
    return shifted
  }

  #tellNoTimestamp(payload: Uint8Array): void {
    const value = findNoTimestamp(payload, this.changes.timestamps)
    if (value === undefined) return
    this.#toldNoTimestamp = true
    this.onNoTimestamp(value)
  }

  /** The first timestamp becomes now, and all others keep their distance from it. */
  #deltaOf(payload: Uint8Array): number {
    if (this.#delta === undefined) {
      const first = findTimestamp(payload, this.changes.timestamps)
      if (first === undefined) return 0
      this.#delta = this.now() - first
    }
    return this.#delta
  }

  /** Whether it was sent before and by which subscription it came says nothing of the message that is sent now [MQTT-3.3.4-6]. */
  #bindingOf(message: Message): MqttBinding | undefined {
    const { mqtt } = message
    if (mqtt === this.#lastBinding && mqtt !== undefined) return this.#lastChanged
    this.#lastBinding = mqtt
    this.#lastChanged = withRetain(asPublished(message).mqtt, this.changes.retain)
    return this.#lastChanged
  }
}

function withRetain(
  binding: MqttBinding | undefined,
  change: ReplayChanges['retain']
): MqttBinding | undefined {
  if (change === 'keep') return binding
  const retain = change === 'set'
  if (binding === undefined) return retain ? { retain } : undefined
  return binding.retain === retain ? binding : { ...binding, retain }
}
