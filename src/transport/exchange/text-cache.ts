const SLOTS = 4096
const LONGEST = 256

/** Reads the text of `bytes[start..end]`; throws for bytes that the protocol does not accept there. */
export type DecodeText = (bytes: Buffer, start: number, end: number) => string

/**
 * Texts that were seen lately, such as the names of channels: a repeated text costs a comparison instead of decoding, checking and a new
 * string. Bounded: one text per slot, none longer than 256 bytes.
 */
export class TextCache {
  readonly #decode: DecodeText
  readonly #bytes: (Uint8Array | undefined)[] = new Array(SLOTS)
  readonly #texts: string[] = new Array(SLOTS)

  constructor(decode: DecodeText) {
    this.#decode = decode
  }

  /** The text of these bytes; throws what `decode` throws. */
  text(bytes: Buffer, start: number, end: number): string {
    const length = end - start
    if (length > LONGEST) return this.#decode(bytes, start, end)
    const slot = slotOf(bytes, start, end)
    const known = this.#bytes[slot]
    if (known !== undefined && known.length === length && equal(known, bytes, start)) {
      return this.#texts[slot] as string
    }
    const text = this.#decode(bytes, start, end)
    this.#bytes[slot] = Uint8Array.prototype.slice.call(bytes, start, end)
    this.#texts[slot] = text
    return text
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
