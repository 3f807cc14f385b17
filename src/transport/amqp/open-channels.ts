import { TidingsError } from '../../core/errors.js'
import { Channel, type ChannelLink, type ChannelTaker } from './channel.js'
import type { ContentAssembler } from './wire/content-assembler.js'
import { ProtocolError } from './wire/protocol-error.js'

/** The channels of one network connection, by their numbers. */
export class OpenChannels {
  readonly #channels: (Channel | undefined)[] = []
  readonly #link: ChannelLink

  constructor(link: ChannelLink) {
    this.#link = link
  }

  /**
   * Opens the channel with the lowest free number.
   * @param highest the highest number that both sides take
   * @throws TidingsError unfinished `no-channel`: all numbers are in use
   */
  open(taker: ChannelTaker, highest: number): Channel {
    let number = 1
    while (this.#channels[number] !== undefined) number++
    if (number > highest)
      throw new TidingsError(
        'unfinished',
        `a connection to this broker has no more than ${highest} channels`,
        {
          code: 'no-channel',
          suggestion: 'read fewer queues at once, or raise channel_max in the configuration of RabbitMQ'
        }
      )
    const channel = new Channel(number, this.#link, taker)
    this.#channels[number] = channel
    return channel
  }

  isOpen(number: number): boolean {
    return this.#channels[number] !== undefined
  }

  /** The number may be used again. */
  release(number: number): void {
    this.#channels[number] = undefined
  }

  /** @throws ProtocolError for a channel that is not open */
  take(number: number, method: number, bytes: Buffer, start: number, end: number): void {
    this.#at(number).take(method, bytes, start, end)
  }

  /** @throws ProtocolError for a channel that is not open */
  takeContent(number: number, content: ContentAssembler): void {
    this.#at(number).takeContent(content)
  }

  #at(number: number): Channel {
    const channel = this.#channels[number]
    if (channel === undefined) throw new ProtocolError(`a frame on channel ${number}, which is not open`)
    return channel
  }
}
