import { ProtocolError } from './protocol-error.js'
import { decodeText, decodeTopic } from './text-decoder.js'

/** Reads the properties of one MQTT 5 packet; every read stays within them. */
export class PropertyReader {
  readonly #bytes: Buffer
  readonly #end: number
  #at: number
  #seen = 0n

  constructor(bytes: Buffer, start: number, end: number) {
    this.#bytes = bytes
    this.#at = start
    this.#end = end
  }

  get more(): boolean {
    return this.#at < this.#end
  }

  /** How many bytes are unread. */
  get left(): number {
    return this.#end - this.#at
  }

  identifier(): number {
    return this.variableInteger()
  }

  /** Notes a property that a packet may have only once. */
  once(identifier: number): void {
    const bit = 1n << BigInt(identifier)
    if (this.#seen & bit) throw new ProtocolError('a property that is given twice')
    this.#seen |= bit
  }

  byte(): number {
    return this.#bytes[this.#skip(1)] as number
  }

  twoBytes(): number {
    return this.#bytes.readUInt16BE(this.#skip(2))
  }

  fourBytes(): number {
    return this.#bytes.readUInt32BE(this.#skip(4))
  }

  variableInteger(): number {
    let value = 0
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.byte()
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
    throw new ProtocolError('a variable byte integer of more than four bytes')
  }

  text(): string {
    const length = this.twoBytes()
    const start = this.#skip(length)
    return decodeText(this.#bytes, start, start + length)
  }

  topic(): string {
    const length = this.twoBytes()
    const start = this.#skip(length)
    return decodeTopic(this.#bytes, start, start + length)
  }

  /** A copy: unlike payloads, properties stay valid. */
  binary(): Uint8Array {
    const length = this.twoBytes()
    const start = this.#skip(length)
    return Buffer.from(this.#bytes.subarray(start, start + length))
  }

  /** Passes `count` bytes and returns where they start. */
  #skip(count: number): number {
    const start = this.#at
    if (start + count > this.#end) throw new ProtocolError('a property that runs beyond its packet')
    this.#at = start + count
    return start
  }
}
