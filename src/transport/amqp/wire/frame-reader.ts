import { ContentAssembler, LARGEST_BODY } from './content-assembler.js'
import { FrameSplitter } from './frame-splitter.js'
import { BODY, HEADER, HEARTBEAT, METHOD } from './frame-types.js'
import { carriesContent } from './methods.js'
import { ProtocolError } from './protocol-error.js'

/** What is made of the frames of one connection. */
export interface FrameTaker {
  /** Whether a content may come on this channel. */
  isOpen(channel: number): boolean
  /** A method without a content, whose arguments are `bytes[start..end]`. */
  method(channel: number, method: number, bytes: Buffer, start: number, end: number): void
  /** A method with its content, which is valid during the call; the bytes in it stay valid. */
  content(channel: number, content: ContentAssembler): void
}

/**
 * Reads the byte stream of one connection: methods, and contents put together. One call of `feed` hands on everything that a chunk
 * completes. Bodies that came in one frame are views of the chunk.
 */
export class FrameReader {
  readonly #taker: FrameTaker
  readonly #splitter: FrameSplitter
  readonly #contents: (ContentAssembler | undefined)[] = []
  readonly #channels: number
  readonly #mostGathered: number
  /** How many bytes of bodies are gathered, on all channels. */
  #gathered = 0
  /** After an error nothing more is read. */
  #isBroken = false

  /**
   * @param largest the largest frame that is taken, in bytes
   * @param channels the highest channel number in use
   * @param mostGathered how many bytes of unfinished bodies are gathered at once: a server may begin one on each channel
   */
  constructor(taker: FrameTaker, largest: number, channels: number, mostGathered = LARGEST_BODY) {
    this.#taker = taker
    this.#channels = channels
    this.#mostGathered = mostGathered
    this.#splitter = new FrameSplitter(largest, (type, channel, bytes, start, end) =>
      this.#takeFrame(type, channel, bytes, start, end)
    )
  }

  /** Sets the largest frame that is taken, in bytes, to what both sides have agreed on. */
  limitFrames(largest: number): void {
    this.#splitter.largest = largest
  }

  /** @throws ProtocolError for what AMQP forbids; nothing more is read then */
  feed(chunk: Buffer): void {
    if (this.#isBroken) return
    try {
      this.#splitter.feed(chunk)
    } catch (error) {
      this.#isBroken = true
      throw error
    }
  }

  /** The channel was closed: what had begun to come on it never becomes whole. */
  forget(channel: number): void {
    const content = this.#contents[channel]
    if (content !== undefined) this.#reset(content)
  }

  #takeFrame(type: number, channel: number, bytes: Buffer, start: number, end: number): void {
    if (type === HEARTBEAT) {
      if (channel !== 0 || start !== end) throw new ProtocolError('a heartbeat on a channel')
      return
    }
    if (channel > this.#channels) throw new ProtocolError(`a frame on channel ${channel}, which is not open`)
    if (type === METHOD) this.#takeMethod(channel, bytes, start, end)
    else this.#takeContent(type, channel, bytes, start, end)
  }

  #takeMethod(channel: number, bytes: Buffer, start: number, end: number): void {
    if (end - start < 4) throw new ProtocolError('a method without its number')
    const method = bytes.readUInt32BE(start)
    const open = this.#contents[channel]
    if (carriesContent(method)) {
      if (!this.#taker.isOpen(channel))
        throw new ProtocolError(`a content on channel ${channel}, which is not open`)
      const content = open ?? new ContentAssembler()
      if (content.isOpen) throw new ProtocolError('a method in the middle of a content')
      this.#contents[channel] = content
      content.begin(method, bytes, start + 4, end)
      return
    }
    // A broker may close a channel in the middle of a content; anything else is an error.
    if (open?.isOpen) {
      if (method >>> 16 !== 20) throw new ProtocolError('a method in the middle of a content')
      this.#reset(open)
    }
    this.#taker.method(channel, method, bytes, start + 4, end)
  }

  #takeContent(type: number, channel: number, bytes: Buffer, start: number, end: number): void {
    const content = this.#contents[channel]
    if (content === undefined) throw new ProtocolError('a content without its method')
    const isHeader = type === HEADER
    if (!isHeader && type !== BODY) throw new ProtocolError(`a frame of type ${type}`)
    if (!isHeader && this.#gathered + end - start > this.#mostGathered)
      throw new ProtocolError(`unfinished bodies of more than ${this.#mostGathered} bytes`)
    const before = content.held
    const isWhole = isHeader ? content.header(bytes, start, end) : content.part(bytes, start, end)
    this.#gathered += content.held - before
    if (!isWhole) return
    this.#taker.content(channel, content)
    this.#reset(content)
  }

  #reset(content: ContentAssembler): void {
    this.#gathered -= content.held
    content.reset()
  }
}
