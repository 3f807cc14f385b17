import { REPLY } from './reply-words.js'
import { ArgumentReader } from './wire/argument-reader.js'
import type { ContentAssembler } from './wire/content-assembler.js'
import { closeFrame, methodFrame } from './wire/method-frame.js'
import {
  CHANNEL_CLOSE,
  CHANNEL_CLOSE_OK,
  CHANNEL_FLOW,
  CHANNEL_FLOW_OK,
  CHANNEL_OPEN,
  CHANNEL_OPEN_OK
} from './wire/methods.js'

/** Why the broker closed a channel. */
export interface ChannelError {
  readonly code: number
  readonly text: string
  /** The method that was wrong; 0 if the broker does not say. */
  readonly method: number
}

/** What is made of what comes in on a channel. */
export interface ChannelTaker {
  /** A method without a content, whose arguments are `bytes[start..end]`. Throws ProtocolError for one that it does not expect. */
  method(method: number, bytes: Buffer, start: number, end: number): void
  /** A content, which is valid during the call; the bytes in it stay valid. */
  content(content: ContentAssembler): void
  /** The broker has closed the channel. What was sent on it behind the wrong method is lost. */
  failed(error: ChannelError): void
}

/** How a channel reaches its connection. */
export interface ChannelLink {
  send(frame: Buffer): void
  /** The number may be used again. */
  release(channel: number): void
}

/** A channel of one network connection. It may be used at once: the broker takes what follows the request to open it. */
export class Channel {
  readonly number: number
  readonly #link: ChannelLink
  readonly #taker: ChannelTaker
  #isOpen = true
  #onClosed: (() => void) | undefined

  constructor(number: number, link: ChannelLink, taker: ChannelTaker) {
    this.number = number
    this.#link = link
    this.#taker = taker
    this.send(CHANNEL_OPEN, (to) => to.shortText(''))
  }

  /** Sends a method on this channel, behind all that was written before. */
  send(method: number, write?: Parameters<typeof methodFrame>[2]): void {
    this.#link.send(methodFrame(this.number, method, write))
  }

  /**
   * Closes the channel. The promise resolves once the broker has read all that was sent on it, and never if the connection is gone or the
   * channel fails before.
   */
  close(): Promise<void> {
    this.#link.send(closeFrame(this.number, CHANNEL_CLOSE, REPLY.success, ''))
    return new Promise((resolve) => {
      this.#onClosed = resolve
    })
  }

  take(method: number, bytes: Buffer, start: number, end: number): void {
    if (method === CHANNEL_CLOSE) this.#fail(new ArgumentReader(bytes, start, end))
    else if (method === CHANNEL_CLOSE_OK) this.#closed()
    else if (method === CHANNEL_FLOW) {
      const isActive = new ArgumentReader(bytes, start, end).byte() & 1
      this.send(CHANNEL_FLOW_OK, (to) => to.byte(isActive))
    } else if (method !== CHANNEL_OPEN_OK) this.#taker.method(method, bytes, start, end)
  }

  takeContent(content: ContentAssembler): void {
    this.#taker.content(content)
  }

  #fail(from: ArgumentReader): void {
    const error = { code: from.twoBytes(), text: from.shortText(), method: from.fourBytes() }
    this.send(CHANNEL_CLOSE_OK)
    // Where both sides have closed the channel at once, the broker's answer to us is still to come.
    if (this.#onClosed === undefined) this.#end()
    this.#taker.failed(error)
  }

  #closed(): void {
    this.#end()
    this.#onClosed?.()
  }

  #end(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#link.release(this.number)
  }
}
