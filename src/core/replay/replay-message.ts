import { type AmqpBinding, publishedAmqp } from '../amqp/amqp-binding.js'
import { publishedKafka } from '../kafka/kafka-binding.js'
import { type Guarantee, type Message, type MqttBinding, publishedMqtt } from '../message.js'
import { findNoTimestamp, findTimestamp, shiftTimestamps } from './replay-time-shift.js'

/** What a replay changes in messages. */
export interface ReplayChanges {
  readonly rename: (channel: string) => string
  readonly guarantee?: Guarantee | undefined
  readonly retain: 'keep' | 'clear' | 'set'
  /** JSON pointers (as reference tokens) to the timestamps in payloads that are moved to now. */
  readonly timestamps: readonly (readonly string[])[]
}

/** Makes the messages that a replay sends from the messages that were recorded. */
export class ReplayMessages {
  /** The sent message is a new one: it has no DUP flag, and must not have subscription identifiers [MQTT-3.3.4-6]. */
  readonly #mqtt: SharedChange<MqttBinding>
  readonly #amqp = new SharedChange<AmqpBinding>(publishedAmqp)
  /** Microseconds by which timestamps are moved, without the time of earlier rounds; `undefined` until the first timestamp is found. */
  #delta: number | undefined
  #toldNoTimestamp = false

  /**
   * @param now microseconds since 1970-01-01 UTC
   * @param onNoTimestamp called once, with the first value that should be moved and is no timestamp
   */
  constructor(
    private readonly changes: ReplayChanges,
    private readonly now: () => number,
    private readonly onNoTimestamp: (value: string) => void
  ) {
    this.#mqtt = new SharedChange((mqtt) => withRetain(publishedMqtt(mqtt), changes.retain))
  }

  /** @param elapsed microseconds that earlier rounds took; timestamps are moved by as much more */
  toSend(message: Message, elapsed: number): Message {
    const payload = this.#payloadOf(message, elapsed)
    const { rename } = this.changes
    const channel = rename(message.channel)
    // Who answers a message that was moved answers where the answers were moved to.
    const responseChannel = message.responseChannel && rename(message.responseChannel)
    const guarantee = this.changes.guarantee ?? message.guarantee
    const mqtt = this.#mqtt.of(message.mqtt)
    const amqp = this.#amqp.of(message.amqp)
    const kafka = publishedKafka(message.kafka)
    if (
      channel === message.channel &&
      responseChannel === message.responseChannel &&
      payload === message.payload &&
      guarantee === message.guarantee &&
      mqtt === message.mqtt &&
      amqp === message.amqp &&
      kafka === message.kafka
    )
      return message
    return { ...message, channel, responseChannel, payload, guarantee, mqtt, amqp, kafka }
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

  /** The first timestamp becomes now. All other timestamps keep their distance from the first. */
  #deltaOf(payload: Uint8Array): number {
    if (this.#delta === undefined) {
      const first = findTimestamp(payload, this.changes.timestamps)
      if (first === undefined) return 0
      this.#delta = this.now() - first
    }
    return this.#delta
  }
}

/**
 * Changes the bindings of messages. Consecutive messages often share one binding object. They share the changed object, too, because
 * encoders compare by identity.
 */
class SharedChange<Binding> {
  #last: Binding | undefined
  #changed: Binding | undefined

  constructor(private readonly change: (binding: Binding | undefined) => Binding | undefined) {}

  of(binding: Binding | undefined): Binding | undefined {
    if (binding === this.#last && binding !== undefined) return this.#changed
    this.#last = binding
    this.#changed = this.change(binding)
    return this.#changed
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
