import type { Message } from '../../core/message.js'
import type { OpenBatch } from '../exchange/open-batch.js'
import type { Channel, ChannelError, ChannelTaker } from './channel.js'
import type { AmqpNetworkConnection } from './network-connection.js'
import { refusalOf } from './publish-refusals.js'
import { type PublishTemplate, PublishTemplates } from './publish-template.js'
import { ProtocolError } from './wire/protocol-error.js'

/**
 * The channel of one network connection on which messages are not confirmed (QoS 0). Counts which ones the broker has shown to have read:
 * it answers to the closing of a channel once it has read all that came before.
 */
export class LooseChannel implements ChannelTaker {
  readonly #network: AmqpNetworkConnection
  readonly #onChange: () => void
  #channel: Channel | undefined
  #templates: PublishTemplates | undefined
  /** Messages in all, as they were written. */
  #written = 0
  #flushed = 0
  #read = 0
  #isAsking = false
  /** How many messages the broker has thrown away with a channel. */
  #lost = 0
  /** Why it did, in words. */
  lossReason: string | undefined

  /** @param onChange called when `unread` has changed */
  constructor(network: AmqpNetworkConnection, onChange: () => void) {
    this.#network = network
    this.#onChange = onChange
  }

  /** How many messages the network has taken and nothing shows to be read. */
  get unread(): number {
    return this.#lost + this.pending
  }

  /** How many of them the broker may still show to have read. */
  get pending(): number {
    return Math.max(0, this.#flushed - this.#read)
  }

  /** The template for a message on this channel, which is opened for it. */
  templateOf(message: Message): PublishTemplate {
    if (this.#channel === undefined || this.#templates === undefined) {
      this.#channel = this.#network.openChannel(this)
      this.#templates = new PublishTemplates(this.#channel.number, this.#network.url.exchange, false)
    }
    return this.#templates.of(message)
  }

  send(batch: OpenBatch, template: PublishTemplate, payload: Uint8Array): void {
    this.#written++
    this.#network.writer.publish(template, payload, batch)
  }

  /** The socket has taken so many more messages. */
  sent(count: number): void {
    this.#flushed += count
  }

  /** Has the broker show that it has read what was sent, unless that is under way. */
  ask(): void {
    const channel = this.#channel
    if (channel === undefined || this.#isAsking) return
    this.#isAsking = true
    const asked = this.#written
    this.#channel = undefined
    this.#templates = undefined
    void channel.close().then(() => {
      this.#isAsking = false
      this.#read = Math.max(this.#read, asked)
      this.#onChange()
    })
    this.#network.out.flush()
  }

  method(method: number): void {
    throw new ProtocolError(`method ${method >>> 16}.${method & 0xffff} on a channel that publishes`)
  }

  content(): void {
    throw new ProtocolError('a content on a channel that publishes')
  }

  failed(error: ChannelError): void {
    this.#isAsking = false
    this.#channel = undefined
    this.#templates = undefined
    this.#lost += this.#written - this.#read
    this.#read = this.#written
    this.lossReason = refusalOf(error).reason
    this.#onChange()
  }
}
