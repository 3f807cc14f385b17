import { isUtf8 } from 'node:buffer'
import { malformed } from './packet-error.js'

/** Reads the fields of one packet's body. What runs beyond its end is malformed. */
export class PacketReader {
  readonly bytes: Buffer
  readonly end: number
  at: number

  constructor(bytes: Buffer, start: number, end: number) {
    this.bytes = bytes
    this.at = start
    this.end = end
  }

  get more(): boolean {
    return this.at < this.end
  }

  byte(): number {
    return this.bytes[this.skip(1)] as number
  }

  twoBytes(): number {
    const at = this.skip(2)
    return ((this.bytes[at] as number) << 8) | (this.bytes[at + 1] as number)
  }

  fourBytes(): number {
    return this.bytes.readUInt32BE(this.skip(4))
  }

  /** @throws PacketError for one of more than four bytes, or of more bytes than it needs [MQTT-1.5.5-1] */
  variableInteger(): number {
    let value = 0
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.byte()
      value |= (byte & 0x7f) << shift
      if (byte >= 0x80) continue
      if (byte === 0 && shift > 0) throw malformed('a variable byte integer of more bytes than it needs')
      return value
    }
    throw malformed('a variable byte integer of more than four bytes')
  }

  /** @throws PacketError for what is no UTF-8, or holds a NUL [MQTT-1.5.4-1, MQTT-1.5.4-2] */
  text(): string {
    const length = this.twoBytes()
    const start = this.skip(length)
    const text = this.bytes.toString('utf8', start, start + length)
    // A replacement character may have been sent as such, so only its presence asks for the full check.
    if (text.includes('\uFFFD') && !isUtf8(this.bytes.subarray(start, start + length)))
      throw malformed('a text that is not UTF-8')
    if (text.includes('\0')) throw malformed('a text that holds a NUL character')
    return text
  }

  /** A view. */
  binary(): Buffer {
    const length = this.twoBytes()
    const start = this.skip(length)
    return this.bytes.subarray(start, start + length)
  }

  /** Passes `count` bytes and returns where they start. */
  skip(count: number): number {
    const start = this.at
    if (start + count > this.end) throw malformed('a field that runs beyond its packet')
    this.at = start + count
    return start
  }
}
