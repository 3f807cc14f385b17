import { ProtocolError } from './protocol-error.js'

const NOTHING = Buffer.alloc(0)

/** A packet that is larger than its receiver takes. */
export class PacketTooLarge extends Error {}

/** Takes one whole packet: `bytes[start]` is its first byte, its body is `bytes[body..end]`. */
export type TakePacket = (bytes: Buffer, start: number, body: number, end: number) => void

/**
 * Cuts a byte stream into MQTT packets, wherever the network cut it. A packet that lies whole in a chunk is handed on in
 * place, without copying; one that straddles chunks is gathered in a buffer that grows with what really arrived, so that a
 * peer that only claims a large packet costs nothing.
 */
export class FrameSplitter {
  /** The largest packet that is taken, in bytes. */
  largest = Number.POSITIVE_INFINITY
  readonly #take: TakePacket
  #partial: Buffer = NOTHING
  #held = 0
  #isStopped = false

  constructor(take: TakePacket) {
    this.#take = take
  }

  /** Bytes of memory that the beginning of an unfinished packet takes. */
  get unfinished(): number {
    return this.#partial.length
  }

  /** For `take`: `feed` ends behind this packet. */
  stop(): void {
    this.#isStopped = true
  }

  /**
   * @returns how many bytes are taken; fewer than all if `stop` was called
   * @throws ProtocolError for a remaining length of more than four bytes [MQTT-2.2.3]
   * @throws PacketTooLarge for a packet that says it is larger than `largest`, before it is gathered
   * @throws whatever `take` throws
   */
  feed(chunk: Buffer): number {
    let from = 0
    this.#isStopped = false
    while (this.#held > 0) {
      const total = this.#allowed(packetLength(this.#partial, 0, this.#held))
      if (total > 0 && total <= this.#held) {
        const packet = this.#partial.subarray(0, total)
        this.#partial = NOTHING
        this.#held = 0
        this.#take(packet, 0, bodyStart(packet, 0), total)
        if (this.#isStopped) return from
        break
      }
      if (from === chunk.length) return from
      // Before its length is known, a packet is gathered byte by byte, so that nothing of the next one is taken.
      const wanted = total === 0 ? 1 : Math.min(total - this.#held, chunk.length - from)
      this.#gather(chunk, from, wanted, total)
      from += wanted
    }
    while (from < chunk.length) {
      const total = this.#allowed(packetLength(chunk, from, chunk.length))
      if (total === 0 || from + total > chunk.length) {
        this.#gather(chunk, from, chunk.length - from, total)
        return chunk.length
      }
      this.#take(chunk, from, bodyStart(chunk, from), from + total)
      from += total
      if (this.#isStopped) return from
    }
    return from
  }

  #allowed(total: number): number {
    if (total > this.largest)
      throw new PacketTooLarge(`a packet of ${total} bytes, and ${this.largest} are the most`)
    return total
  }

  #gather(chunk: Buffer, from: number, count: number, total: number): void {
    const needed = this.#held + count
    if (needed > this.#partial.length) {
      // Small packets at once, large ones by doubling: at most two copies of each byte, however small the pieces.
      const room = Math.max(needed, Math.min(total, Math.max(this.#held * 2, 65_536)), 16)
      const grown = Buffer.allocUnsafe(room)
      this.#partial.copy(grown, 0, 0, this.#held)
      this.#partial = grown
    }
    chunk.copy(this.#partial, this.#held, from, from + count)
    this.#held = needed
  }
}

/** The packet's length in bytes, fixed header included; 0 when its length is not all there yet. */
function packetLength(bytes: Buffer, start: number, end: number): number {
  let length = 0
  for (let i = 1; i <= 4; i++) {
    const at = start + i
    if (at >= end) return 0
    const byte = bytes[at] as number
    length |= (byte & 0x7f) << (7 * (i - 1))
    if (byte < 0x80) return 1 + i + length
  }
  throw new ProtocolError('a remaining length of more than four bytes')
}

function bodyStart(bytes: Buffer, start: number): number {
  let at = start + 1
  while ((bytes[at] as number) >= 0x80) at++
  return at + 1
}
