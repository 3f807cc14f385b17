import type { RefusalReason } from '../../core/connection.js'
import { type Message, payloadBytes } from '../../core/message.js'
import type { OpenBatch } from '../exchange/open-batch.js'
import type { Channel, ChannelError, ChannelTaker } from './channel.js'
import { NackedMessages } from './nacked-messages.js'
import type { AmqpNetworkConnection } from './network-connection.js'
import { isNamedIn, NACKED, refusalOf, unroutable, whyNotSent } from './publish-refusals.js'
import { type PublishTemplate, PublishTemplates } from './publish-template.js'
import { byTag, type SentBefore, type Unconfirmed, UnconfirmedMessages } from './unconfirmed.js'
import { ArgumentReader } from './wire/argument-reader.js'
import type { ContentAssembler } from './wire/content-assembler.js'
import { BASIC_ACK, BASIC_NACK, BASIC_RETURN, CONFIRM_SELECT, CONFIRM_SELECT_OK } from './wire/methods.js'
import { ProtocolError } from './wire/protocol-error.js'
import { returnedAddress } from './wire/returned-address.js'

/** How many messages we leave unconfirmed; a power of two. All of them are sent again after a loss. */
const WINDOW = 2048
/** How many bytes we leave unconfirmed; a single larger message goes alone. */
const WINDOW_BYTES = 16 * 1024 * 1024

/**
 * The channel of one network connection on which messages are confirmed. The broker closes it over a single message that it cannot take,
 * and then a new one takes its place.
 */
export class ConfirmedChannel implements ChannelTaker {
  readonly #network: AmqpNetworkConnection
  #channel: Channel | undefined
  #templates: PublishTemplates | undefined
  #unconfirmed = new UnconfirmedMessages(WINDOW)
  /** What is to be sent again, in order, before anything new. */
  #again: SentBefore[]
  readonly #nacks: NackedMessages
  /** So many of them are sent one at a time, because one of them has made the broker close the channel. */
  #suspects = 0
  /** Confirmed messages of one batch that are not counted yet. */
  #counted = 0
  #countedBatch: OpenBatch | undefined

  /**
   * @param again what was sent on an earlier connection and not confirmed, in order
   * @param events `onNacked`: the broker could not take a message, which is tried again. `onDue`: it is time for `sendAgain`
   */
  constructor(
    network: AmqpNetworkConnection,
    again: SentBefore[],
    { onNacked, onDue }: { onNacked(): void; onDue(): void }
  ) {
    this.#network = network
    this.#again = again
    this.#nacks = new NackedMessages(onNacked, () => {
      this.#again = [...this.#nacks.take(), ...this.#again]
      onDue()
    })
  }

  /** Whether another message of so many bytes may be sent. */
  hasRoom(size: number): boolean {
    const { count, bytes, hasRoom } = this.#unconfirmed
    return hasRoom && (count === 0 || (this.#suspects === 0 && bytes + size <= WINDOW_BYTES))
  }

  /** What was sent and not confirmed, and what is to be sent again, in order; nothing is left here. */
  drain(): SentBefore[] {
    const left = [...[...this.#nacks.take(), ...this.#unconfirmed.drain()].sort(byTag), ...this.#again]
    this.#again = []
    return left
  }

  /** The template for a message on this channel, which is opened for it. */
  templateOf(message: Message): PublishTemplate {
    if (this.#channel === undefined || this.#templates === undefined) {
      this.#channel = this.#network.openChannel(this)
      this.#channel.send(CONFIRM_SELECT, (to) => to.byte(0))
      this.#templates = new PublishTemplates(this.#channel.number, this.#network.url.exchange, true)
    }
    return this.#templates.of(message)
  }

  /** Sends a message for which there is room. */
  send(batch: OpenBatch, index: number, template: PublishTemplate, payload: Uint8Array): void {
    this.#network.writer.publish(template, payload)
    this.#unconfirmed.add(batch, index, template, payload.length)
  }

  /** Sends again what is to be sent again. Returns whether all of it is sent, and new messages may follow. */
  sendAgain(): boolean {
    if (this.#nacks.areWaiting) {
      if (this.#unconfirmed.count === 0) this.#nacks.pause()
      return false
    }
    if (this.#again.length > 0) this.#sendWaiting()
    if (this.#again.length > 0 || this.#suspects > 0) return false
    return this.#nacks.isOver(this.#unconfirmed.count === 0)
  }

  #sendWaiting(): void {
    let done = 0
    for (const { batch, index } of this.#again) {
      const message = batch.messages.at(index) as Message
      const payload = payloadBytes(message)
      if (!this.hasRoom(payload.length) || this.#network.out.full) break
      const template = this.templateOf(message)
      // Another broker may take less than the one to which it was sent before.
      const refusal = whyNotSent(template, payload.length, this.#network.agreement.frameMax)
      if (refusal === undefined) this.send(batch, index, template, payload)
      else this.#refuse(batch, index, refusal)
      done++
    }
    this.#again = this.#again.slice(done)
  }

  #refuse(batch: OpenBatch, index: number, refusal: RefusalReason): void {
    this.#noteFate()
    batch.refuse(index, refusal)
  }

  method(method: number, bytes: Buffer, start: number, end: number): void {
    if (method === CONFIRM_SELECT_OK) return
    if (method !== BASIC_ACK && method !== BASIC_NACK)
      throw new ProtocolError(`method ${method >>> 16}.${method & 0xffff} on a channel that publishes`)
    const from = new ArgumentReader(bytes, start, end)
    const tag = from.eightBytes()
    const isMultiple = (from.byte() & 1) === 1
    this.#unconfirmed.settle(tag, isMultiple, method === BASIC_ACK ? this.#confirmed : this.#nacked)
    this.#count()
  }

  content(content: ContentAssembler): void {
    if (content.method !== BASIC_RETURN) throw new ProtocolError('a delivery on a channel that publishes')
    const address = returnedAddress(content)
    const { body } = content
    this.#unconfirmed.noteReturned(
      (batch, index, template) =>
        hasBytes(address, template.address) &&
        hasBytes(body, payloadBytes(batch.messages.at(index) as Message))
    )
  }

  /** One of the messages that are not confirmed was wrong, and those behind it are lost. */
  failed(error: ChannelError): void {
    const left = this.#unconfirmed.drain()
    this.#channel = undefined
    this.#templates = undefined
    this.#unconfirmed = new UnconfirmedMessages(WINDOW)
    const isWrong = ({ batch, index, template }: Unconfirmed): boolean =>
      left.length === 1 || isNamedIn(error, template, batch.messages.at(index) as Message)
    const wrong = left.filter(isWrong)
    const others = left.filter((message) => !wrong.includes(message))
    if (wrong.length === 0) this.#suspects = others.length
    else this.#suspects = Math.max(0, this.#suspects - wrong.length)
    this.#again = [...[...this.#nacks.take(), ...others].sort(byTag), ...this.#again]
    for (const { batch, index } of wrong) batch.refuse(index, refusalOf(error))
  }

  readonly #confirmed = (
    batch: OpenBatch,
    index: number,
    _: number,
    template: PublishTemplate,
    cameBack: boolean
  ): void => {
    this.#noteFate()
    if (!cameBack) {
      if (this.#countedBatch !== batch) this.#count()
      this.#countedBatch = batch
      this.#counted++
    } else if (template.exchange === '') batch.refuse(index, unroutable(template.key))
    else batch.acknowledgeUnheard()
  }

  readonly #nacked = (batch: OpenBatch, index: number, tag: number): void => {
    this.#noteFate()
    if (!this.#nacks.keep({ batch, index, tag })) batch.refuse(index, NACKED)
  }

  #noteFate(): void {
    if (this.#suspects > 0) this.#suspects--
  }

  #count(): void {
    const batch = this.#countedBatch
    const count = this.#counted
    this.#countedBatch = undefined
    this.#counted = 0
    if (count > 0) batch?.acknowledge(count)
  }
}

/** For short bytes, a loop is faster than a call of `equals`. */
function hasBytes(bytes: Buffer, others: Uint8Array): boolean {
  const { length } = others
  if (bytes.length !== length) return false
  if (length > 64) return bytes.equals(others)
  for (let at = 0; at < length; at++) if (bytes[at] !== others[at]) return false
  return true
}
