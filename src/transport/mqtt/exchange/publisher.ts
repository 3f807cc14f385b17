import type { PublishReport } from '../../../core/connection.js'
import { isRetained, type Message } from '../../../core/message.js'
import type { MessageBatch } from '../../../core/message-batch.js'
import { OpenBatch } from '../../exchange/open-batch.js'
import type { MqttVersion } from '../connect-packet.js'
import {
  FIRST_REFUSAL,
  formatReason,
  NO_MATCHING_SUBSCRIBERS,
  publishingSuggestion,
  REASON
} from '../reason-codes.js'
import { ConnectionSender, type Outgoing } from './connection-sender.js'
import type { ExchangeLimits } from './exchange-options.js'
import { AWAITS_PUBACK, AWAITS_PUBCOMP, AWAITS_PUBREC, InFlightTable } from './in-flight-table.js'
import type { MessageIds } from './message-ids.js'

import { PUBREL } from './packet-types.js'
import type { PacketWriter } from './packet-writer.js'
import { PoisonWatch } from './poison-watch.js'
import { ProtocolError } from './protocol-error.js'
import type { StreamEnd } from './stream-end.js'

/**
 * Settles each published message by its acknowledgement, over any number of network connections. What was in flight when a connection was
 * lost is sent again on the next one, before anything new [MQTT-4.4.0-1, 4.6.0-1].
 */
export class Publisher {
  readonly #ids: MessageIds
  readonly #notice: (text: string) => void
  readonly #inFlight = new InFlightTable()
  readonly #poison = new PoisonWatch()
  readonly #open = new Set<OpenBatch>()
  readonly #waiting: OpenBatch[] = []
  readonly #outgoing: Outgoing
  /** Ids under which the broker may still hold a message that was given up. */
  #kept: number[] = []
  #sender: ConnectionSender | undefined
  #abandoned = false
  #scheduled = false
  readonly #noticed = new Set<string>()
  readonly #onProgress: () => void
  /** How many messages have no result yet. */
  outstanding = 0
  /** Ids of QoS 2 messages that the broker has said nobody is subscribed to. */
  readonly #unheard = new Set<number>()
  /** How many messages have a result. */
  settled = 0

  /**
   * @param onProgress called when a message was settled
   * @param strict a message that cannot be sent with all that it says is refused
   */
  constructor(ids: MessageIds, notice: (text: string) => void, onProgress: () => void, strict = false) {
    this.#ids = ids
    this.#notice = notice
    this.#onProgress = onProgress
    this.#outgoing = {
      ids,
      inFlight: this.#inFlight,
      poison: this.#poison,
      strict,
      waiting: this.#waiting,
      noticeOnce: (text) => this.#noticeOnce(text),
      remove: (id) => this.#remove(id)
    }
  }

  /** Whether one message is suspected of ending the connections, and so is tried alone. */
  get suspects(): boolean {
    return this.#poison.suspects
  }

  /** Whether messages wait until the broker has acknowledged others. */
  get windowFull(): boolean {
    return this.#sender?.windowFull ?? false
  }

  publish(messages: MessageBatch): Promise<PublishReport> {
    const batch = new OpenBatch(messages, this.#settled)
    if (batch.left === 0) return batch.report
    this.#open.add(batch)
    this.outstanding += batch.left
    if (this.#abandoned) {
      batch.giveUp(batch.left)
      return batch.report
    }
    this.#waiting.push(batch)
    this.#schedule()
    return batch.report
  }

  resume(writer: PacketWriter, protocol: MqttVersion, limits: ExchangeLimits): void {
    if (this.#abandoned) return
    if (!limits.sessionPresent) this.#forgetSession()
    this.#sender = new ConnectionSender(this.#outgoing, writer, protocol, limits, this.#inFlight.idsInOrder())
    this.pump()
  }

  suspend(end: StreamEnd): void {
    if (this.#sender === undefined) return
    this.#sender.close()
    this.#sender = undefined
    const id = this.#poison.lost(this.#inFlight, end)
    if (id !== undefined) {
      const index = this.#inFlight.index(id)
      // The broker may hold a QoS 2 message under this id, so that only a QoS 1 id can be used again.
      const keepId = this.#inFlight.step(id) === AWAITS_PUBREC
      if (keepId) this.#kept.push(id)
      this.#remove(id, keepId).refuse(index, { code: 'publish-refused', reason: this.#poison.reason })
    }
    this.#inFlight.recall()
  }

  abandon(): void {
    this.#abandoned = true
    this.#waiting.length = 0
    for (const id of this.#inFlight.idsInOrder()) this.#remove(id)
    this.#sender?.close()
    this.#sender?.writer.giveUp()
    this.#sender = undefined
    for (const batch of this.#open) batch.giveUp(batch.left)
  }

  /** Sends what the window, the socket and the broker's limits allow. */
  pump(): void {
    this.#sender?.pump()
  }

  puback(id: number, code: number, text: string | undefined): void {
    const step = this.#inFlight.step(id)
    if (step !== AWAITS_PUBACK && step !== AWAITS_PUBREC) return
    if (step === AWAITS_PUBREC) {
      // RabbitMQ 3 takes QoS 2 messages at QoS 1. A PUBACK is the only sign of that.
      this.#poison.tookExactlyOnce()
      this.#noticeOnce('the broker acknowledges QoS 2 messages at QoS 1: they may arrive more than once')
    }
    this.#settle(id, code, text)
  }

  pubrec(id: number, code: number, text: string | undefined): void {
    const step = this.#inFlight.step(id)
    if (step === AWAITS_PUBACK) throw new ProtocolError('a PUBREC for a message of QoS 1')
    if (code >= FIRST_REFUSAL) {
      if (step === AWAITS_PUBREC) this.#settle(id, code, text)
      return
    }
    if (step === AWAITS_PUBREC) {
      this.#poison.tookExactlyOnce()
      this.#inFlight.receive(id)
      if (code === NO_MATCHING_SUBSCRIBERS) this.#unheard.add(id)
    }
    const unknown = step === 0 && this.#sender?.protocol === '5'
    this.#sender?.writer.acknowledge(PUBREL, id, unknown ? REASON.packetIdentifierNotFound : 0)
  }

  pubcomp(id: number, code: number, text: string | undefined): void {
    if (this.#inFlight.step(id) !== AWAITS_PUBCOMP) return
    // A broker whose PUBCOMP was lost does not know the identifier of the repeated PUBREL. The message is complete (MQTT 5, 3.7.2.1).
    const complete = code === REASON.packetIdentifierNotFound && !this.#inFlight.sent(id)
    const unheard = this.#unheard.delete(id) && code === 0
    this.#settle(id, complete ? 0 : unheard ? NO_MATCHING_SUBSCRIBERS : code, text)
  }

  #settle(id: number, code: number, text: string | undefined): void {
    this.#poison.progress()
    const index = this.#inFlight.index(id)
    const batch = this.#remove(id)
    // A retained message is kept for later subscribers.
    if (code === NO_MATCHING_SUBSCRIBERS && !isRetained(batch.messages.at(index) as Message))
      batch.acknowledgeUnheard()
    else if (code < FIRST_REFUSAL) batch.acknowledge(1)
    else {
      const suggestion = publishingSuggestion(code)
      batch.refuse(index, { code: 'publish-refused', reason: formatReason(code, text), suggestion })
    }
  }

  #remove(id: number, keepId = false): OpenBatch {
    const batch = this.#inFlight.batch(id)
    this.#inFlight.remove(id)
    if (!keepId) this.#ids.release(id)
    return batch
  }

  /**
   * The broker has lost the session, so nothing says which messages it has. A QoS 1 message is sent again, and marked as a duplicate
   * [MQTT-3.3.1-1]. A QoS 2 message is given up: sent again, it could arrive twice.
   */
  #forgetSession(): void {
    for (const id of this.#kept.splice(0)) this.#ids.release(id)
    const doubtful = this.#inFlight.idsInOrder().filter((id) => this.#inFlight.step(id) !== AWAITS_PUBACK)
    for (const id of doubtful) this.#remove(id).giveUp(1)
    if (doubtful.length === 0) return
    this.#notice(
      `the broker lost the session: ${doubtful.length} QoS 2 messages are not sent again, because the broker may have them`
    )
  }

  /** In the next tick, so that messages published one by one share a write. */
  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    process.nextTick(() => {
      this.#scheduled = false
      this.pump()
    })
  }

  readonly #settled = (batch: OpenBatch, count: number): void => {
    this.outstanding -= count
    this.settled += count
    if (batch.left === 0) this.#open.delete(batch)
    if (this.outstanding === 0) this.#onProgress()
  }

  #noticeOnce(text: string): void {
    if (this.#noticed.has(text)) return
    this.#noticed.add(text)
    this.#notice(text)
  }
}
