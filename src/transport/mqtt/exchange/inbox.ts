import type { Receiver } from '../../../core/connection.js'
import type { Message } from '../../../core/message.js'
import { PUBACK, PUBREC } from './packet-types.js'
import type { PacketWriter } from './packet-writer.js'

const EXACTLY_ONCE = 0x1_0000
/** Marks the acknowledgement of a QoS 2 message that was delivered before and is not in the batch. */
const DELIVERED_BEFORE = 0x2_0000

/**
 * Received messages on their way to the receiver: delivered in batches, one per tick, and acknowledged in one write once
 * the receiver has settled. Remembers the QoS 2 messages that the broker has not released [MQTT-4.3.3-10], so that each is
 * delivered once, also over network connections of one session.
 */
export class Inbox {
  readonly #onFailed: (error: unknown) => void
  readonly #onChange: () => void
  #receiver: Receiver | undefined
  #messages: Message[] = []
  /** Packet identifiers to acknowledge with the waiting batch, marked where QoS is 2. */
  #owed: number[] = []
  #writer: PacketWriter | undefined
  readonly #unreleased = new Uint8Array(0x1_0000)
  #delivering = false
  #scheduled = false
  #stopped = false

  /** @param onChange called when `blocked` may have changed */
  constructor(onFailed: (error: unknown) => void, onChange: () => void) {
    this.#onFailed = onFailed
    this.#onChange = onChange
  }

  /** The receiver is at work, or there is none for what waits: nothing more is to be read. */
  get blocked(): boolean {
    return this.#delivering || (this.#messages.length > 0 && this.#receiver === undefined)
  }

  setReceiver(receiver: Receiver): void {
    this.#receiver = receiver
    this.#schedule()
  }

  add(message: Message, id: number, writer: PacketWriter): void {
    if (this.#stopped) return
    this.#writer = writer
    if (message.mqtt.qos === 2) {
      if (this.#unreleased[id] === 1) {
        this.#owed.push(id | EXACTLY_ONCE | DELIVERED_BEFORE)
        this.#schedule()
        return
      }
      this.#owed.push(id | EXACTLY_ONCE)
      this.#unreleased[id] = 1
    } else if (message.mqtt.qos === 1) {
      this.#owed.push(id)
    }
    this.#messages.push(message)
    this.#schedule()
  }

  /** The broker will not send this QoS 2 message again; whether it was known. */
  release(id: number): boolean {
    const known = this.#unreleased[id] === 1
    this.#unreleased[id] = 0
    return known
  }

  /** The broker has no session of ours: its identifiers start anew. */
  forgetSession(): void {
    this.#unreleased.fill(0)
  }

  /** The network connection is gone: what waits is still delivered, but acknowledged only when the broker sends it again. */
  disconnect(): void {
    this.#owed = []
  }

  #schedule(): void {
    if (this.#scheduled || this.#delivering || this.#receiver === undefined) return
    this.#scheduled = true
    // Several chunks of one tick (WebSocket frames, TLS records) make one batch.
    process.nextTick(this.#deliver)
  }

  readonly #deliver = (): void => {
    this.#scheduled = false
    const receiver = this.#receiver
    if (receiver === undefined || this.#delivering || this.#stopped) return
    const messages = this.#messages
    const owed = this.#owed
    const writer = this.#writer
    if (messages.length === 0 && owed.length === 0) return
    this.#messages = []
    this.#owed = []
    let settled: ReturnType<Receiver>
    try {
      settled = messages.length > 0 ? receiver(messages) : undefined
    } catch (error) {
      this.#fail(error)
      return
    }
    if (settled instanceof Promise) {
      this.#delivering = true
      this.#onChange()
      settled.then(
        (taken) => this.#delivered(messages, owed, taken, writer),
        (error: unknown) => this.#fail(error)
      )
    } else {
      this.#delivered(messages, owed, settled, writer)
    }
  }

  #delivered(
    messages: readonly Message[],
    owed: readonly number[],
    taken: number | void,
    writer: PacketWriter | undefined
  ): void {
    this.#delivering = false
    if (typeof taken === 'number' && taken < messages.length) {
      acknowledge(this.#stopAfter(taken, messages, owed), writer)
    } else {
      acknowledge(owed, writer)
      if (this.#messages.length > 0 || this.#owed.length > 0) this.#schedule()
    }
    this.#onChange()
  }

  /** The receiver wants no more: what it did not take stays with the broker. Returns what is to be acknowledged of the batch. */
  #stopAfter(taken: number, messages: readonly Message[], owed: readonly number[]): number[] {
    this.#stop()
    let withIds = messages.slice(0, taken).filter(({ mqtt }) => mqtt.qos > 0).length
    return owed.filter((mark) => {
      if (mark & DELIVERED_BEFORE || withIds-- > 0) return true
      this.#unreleased[mark & 0xffff] = 0
      return false
    })
  }

  #stop(): void {
    this.#stopped = true
    this.#messages = []
    this.#owed = []
  }

  #fail(error: unknown): void {
    this.#delivering = false
    this.#stop()
    this.#onFailed(error)
    this.#onChange()
  }
}

function acknowledge(owed: readonly number[], writer: PacketWriter | undefined): void {
  if (owed.length === 0 || writer === undefined || writer.lost) return
  for (const id of owed) writer.acknowledge(id < EXACTLY_ONCE ? PUBACK : PUBREC, id & 0xffff)
  writer.flush()
}
