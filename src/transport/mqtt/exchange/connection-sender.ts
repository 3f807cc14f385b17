import type { RefusalReason } from '../../../core/connection.js'
import { type Message, payloadSize } from '../../../core/message.js'
import type { OpenBatch } from '../../exchange/open-batch.js'
import type { MqttVersion } from '../connect-packet.js'
import type { ExchangeLimits } from './exchange-options.js'
import { AWAITS_PUBACK, AWAITS_PUBCOMP, AWAITS_PUBREC, type InFlightTable } from './in-flight-table.js'
import type { MessageIds } from './message-ids.js'

import { PUBREL } from './packet-types.js'
import { type PacketWriter, publishSize } from './packet-writer.js'
import type { PoisonWatch } from './poison-watch.js'
import { CONTENT_TYPE, type PublishTemplate, PublishTemplates } from './publish-template.js'
import { PublishingLimits } from './publishing-limits.js'

/** What is to be sent, and what was sent. It outlives network connections. */
export interface Outgoing {
  readonly ids: MessageIds
  readonly inFlight: InFlightTable
  readonly poison: PoisonWatch
  /** A message that cannot be sent with all that it says is refused. */
  readonly strict: boolean
  /** Not sent yet, in order. */
  readonly waiting: OpenBatch[]
  noticeOnce(text: string): void
  /** Takes a message out of what is in flight. */
  remove(id: number): OpenBatch
}

/** A content type of JSON alone is not: who reads the payload sees it, and recordings say it of most messages. */
const isWorthTelling = ({ leavesOut, message }: PublishTemplate): boolean =>
  leavesOut !== undefined && !(leavesOut === CONTENT_TYPE && message.contentType === 'application/json')

const beyondVersion3 = (fact: string): RefusalReason => ({
  code: 'not-supported',
  reason: `it has ${fact}, and MQTT 3.1.1 carries none`,
  suggestion: 'leave out --strict, or publish to a broker that speaks MQTT 5'
})

/** The sender of one network connection. It sends what the window, the socket and the broker's limits allow. */
export class ConnectionSender {
  readonly writer: PacketWriter
  readonly protocol: MqttVersion
  readonly #outgoing: Outgoing
  readonly #templates: PublishTemplates
  readonly #limits: PublishingLimits
  /** Ids of what is to be sent again. */
  #again: number[]
  #quiet: NodeJS.Timeout | undefined
  /** New messages wait until the broker has acknowledged others. */
  windowFull = false

  /** @param again ids of what was sent on an earlier connection, in the order in which it is to be sent again */
  constructor(
    outgoing: Outgoing,
    writer: PacketWriter,
    protocol: MqttVersion,
    limits: ExchangeLimits,
    again: number[]
  ) {
    this.#outgoing = outgoing
    this.writer = writer
    this.protocol = protocol
    this.#templates = new PublishTemplates(protocol)
    this.#limits = new PublishingLimits(limits)
    this.#again = again
    this.#beQuiet()
  }

  /** Sends what was in flight again, and then what is new. */
  pump(): void {
    if (this.writer.lost) return
    this.windowFull = false
    if (this.#sendAgain() && !this.#outgoing.poison.suspects) this.#sendNew()
    this.writer.flush()
  }

  close(): void {
    clearTimeout(this.#quiet)
    this.#again = []
  }

  /** Starts the quiet time: before a suspect is sent, the connection has to stay open for a while. */
  #beQuiet(): void {
    const { inFlight, poison } = this.#outgoing
    if (!poison.suspects) return
    const first = this.#again.find((id) => inFlight.step(id) !== AWAITS_PUBCOMP)
    if (first === undefined || !poison.isSuspect(inFlight.sequence(first))) {
      poison.progress()
      return
    }
    this.#quiet = setTimeout(() => {
      this.#quiet = undefined
      this.pump()
    }, poison.quietTime)
  }

  /** Sends again what was in flight. Returns whether all of it is sent. */
  #sendAgain(): boolean {
    const { inFlight, poison, remove } = this.#outgoing
    const { writer } = this
    let done = 0
    for (; done < this.#again.length && !writer.full; done++) {
      const id = this.#again[done] as number
      const step = inFlight.step(id)
      if (step === AWAITS_PUBCOMP) writer.acknowledge(PUBREL, id)
      if (step === AWAITS_PUBCOMP || step === 0) continue
      const index = inFlight.index(id)
      const batch = inFlight.batch(id)
      const message = batch.messages.at(index) as Message
      const template = this.#templates.of(message)
      const refusal = this.#refusal(template, publishSize(template, payloadSize(message)))
      if (refusal !== undefined) {
        if (poison.isSuspect(inFlight.sequence(id))) poison.progress()
        remove(id).refuse(index, refusal)
        continue
      }
      if (this.#quiet !== undefined || !this.#hasRoom(template)) break
      if (poison.suspects) poison.tried()
      inFlight.send(id)
      writer.publish(template, message, id, true, batch)
    }
    this.#again = this.#again.slice(done)
    return this.#again.length === 0
  }

  #sendNew(): void {
    const { inFlight, ids, waiting, noticeOnce } = this.#outgoing
    const { writer } = this
    let batch = waiting[0]
    while (batch !== undefined && !writer.full) {
      const index = batch.next
      const message = batch.messages.at(index)
      if (message === undefined) {
        waiting.shift()
        batch = waiting[0]
        continue
      }
      const template = this.#templates.of(message)
      const size = publishSize(template, payloadSize(message))
      const refusal = this.#refusal(template, size)
      if (refusal !== undefined) {
        batch.next++
        batch.refuse(index, refusal)
        continue
      }
      if (isWorthTelling(template))
        noticeOnce('MQTT 3.1.1 has no headers or properties: messages are sent without them')
      let id = 0
      if (template.qos > 0) {
        if (!this.#hasRoom(template) || (inFlight.bytes > 0 && inFlight.bytes + size > this.#limits.bytes)) {
          this.windowFull = true
          return
        }
        const free = ids.take()
        if (free === null) return
        id = free
        inFlight.add(id, batch, index, template.qos === 1 ? AWAITS_PUBACK : AWAITS_PUBREC, size)
      }
      batch.next++
      writer.publish(template, message, id, false, batch)
    }
  }

  #refusal(template: PublishTemplate, size: number) {
    if (template.qos === 2 && this.#outgoing.poison.blamesExactlyOnce) {
      return { code: 'over-broker-limit', reason: 'the broker closes the connection over QoS 2 messages' }
    }
    if (template.leavesOut !== undefined && this.#outgoing.strict) return beyondVersion3(template.leavesOut)
    return this.#limits.refusal(template, size)
  }

  #hasRoom(template: PublishTemplate): boolean {
    const { inFlight, poison } = this.#outgoing
    if (inFlight.onWire >= (poison.suspects ? 1 : this.#limits.messages)) return false
    return template.qos !== 2 || inFlight.exactlyOnce < this.#limits.exactlyOnce
  }
}
