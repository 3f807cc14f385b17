import { decodeTopic } from './text-decoder.js'

const SLOTS = 4096
const LONGEST = 256

/**
 * Topics that were seen lately, as strings: a repeated topic costs a comparison instead of decoding, checking and a new
 * string. Bounded: one topic per slot, none longer than 256 bytes.
 */
export class ChannelCache {
  readonly #topics: (Uint8Array | undefined)[] = new Array(SLOTS)
  readonly #channels: string[] = new Array(SLOTS)

  /** @throws ProtocolError for a topic that is not valid */
  channel(bytes: Buffer, start: number, end: number): string {
    const length = end - start
    if (length > LONGEST) return decodeTopic(bytes, start, end)
    const slot = slotOf(bytes, start, end)
    const known = this.#topics[slot]
    if (known !== undefined && known.length === length && equal(known, bytes, start)) {
      return this.#channels[slot] as string
    }
    const channel = decodeTopic(bytes, start, end)
    this.#topics[slot] = Uint8Array.prototype.slice.call(bytes, start, end)
    this.#channels[slot] = channel
    return channel
  }
}

function slotOf(bytes: Buffer, start: number, end: number): number {
  let hash = 0x811c9dc5
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193)
  return (hash ^ (hash >>> 15)) & (SLOTS - 1)
}

function equal(known: Uint8Array, bytes: Buffer, start: number): boolean {
  for (let i = 0; i < known.length; i++) if (known[i] !== bytes[start + i]) return false
  return true
}
