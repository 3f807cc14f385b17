import { BODY, FRAME_END, FRAME_HEAD, FRAME_OVERHEAD, HEADER, HEARTBEAT, METHOD } from './frame-types.js'
import { ProtocolError } from './protocol-error.js'

const NOTHING = Buffer.alloc(0)

/** Takes one whole frame, whose payload is `bytes[start..end]`. */
export type TakeFrame = (type: number, channel: number, bytes: Buffer, start: number, end: number) => void

/**
 * Cuts a byte stream into frames, wherever the network cut it. A frame that lies whole in a chunk is handed on in place, without copying.
 * A frame that straddles chunks is gathered, in at most `largest` bytes. Bytes that were handed on are never written to again.
 */
export class FrameSplitter {
  /** The largest frame that is taken, in bytes. */
  largest: number
  readonly #take: TakeFrame
  #partial: Buffer = NOTHING
  #held = 0

  constructor(largest: number, take: TakeFrame) {
    this.largest = largest
    this.#take = take
  }

  /**
   * @throws ProtocolError for a frame that is too large, of an unknown type, or not ended as frames are
   * @throws whatever `take` throws; the rest of the chunk is then lost
   */
  feed(chunk: Buffer): void {
    let at = this.#held > 0 ? this.#complete(chunk) : 0
    const length = chunk.length
    while (length - at >= FRAME_HEAD) {
      const total = this.#total(chunk, at)
      if (at + total > length) break
      this.#hand(chunk, at, total)
      at += total
    }
    if (at < length) this.#keep(chunk, at)
  }

  /** Adds what belongs to the frame that has begun in an earlier chunk. Returns where the next frame begins. */
  #complete(chunk: Buffer): number {
    let at = 0
    if (this.#held < FRAME_HEAD) {
      at = this.#gather(chunk, at, FRAME_HEAD)
      if (this.#held < FRAME_HEAD) return at
    }
    const total = this.#total(this.#partial, 0)
    this.#makeRoom(total)
    at = this.#gather(chunk, at, total)
    if (this.#held < total) return at
    const whole = this.#partial
    this.#partial = NOTHING
    this.#held = 0
    this.#hand(whole, 0, total)
    return at
  }

  /** Gathers until `wanted` bytes are held, as far as the chunk goes. */
  #gather(chunk: Buffer, at: number, wanted: number): number {
    const end = Math.min(chunk.length, at + wanted - this.#held)
    chunk.copy(this.#partial, this.#held, at, end)
    this.#held += end - at
    return end
  }

  #makeRoom(total: number): void {
    if (this.#partial.length >= total) return
    const grown = Buffer.allocUnsafeSlow(total)
    this.#partial.copy(grown, 0, 0, this.#held)
    this.#partial = grown
  }

  #keep(chunk: Buffer, at: number): void {
    this.#makeRoom(FRAME_HEAD)
    this.#makeRoom(chunk.length - at)
    this.#gather(chunk, at, chunk.length - at)
  }

  /** The length of the frame that begins at `at`, in bytes. */
  #total(bytes: Buffer, at: number): number {
    const type = bytes[at]
    if (type !== METHOD && type !== HEADER && type !== BODY && type !== HEARTBEAT)
      throw new ProtocolError(`a frame of type ${type}`)
    const total = bytes.readUInt32BE(at + 3) + FRAME_OVERHEAD
    if (total > this.largest)
      throw new ProtocolError(`a frame of ${total} bytes, and ${this.largest} are the most`)
    return total
  }

  #hand(bytes: Buffer, at: number, total: number): void {
    const end = at + total - 1
    if (bytes[end] !== FRAME_END) throw new ProtocolError('a frame without its end')
    const channel = ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number)
    this.#take(bytes[at] as number, channel, bytes, at + FRAME_HEAD, end)
  }
}
