import type { Onlooker } from './cutting-proxy.js'

const PUBLISH = 3
const PUBACK = 4
const PUBREC = 5
const PUBCOMP = 7

/**
 * Watches what a client publishes over any number of connections: whether identifiers and DUP follow the standard, and how many
 * messages are in flight at once. It uses nothing of the tested code.
 */
export class WireWitness {
  /** The violations of the standard. */
  readonly wrongs: string[] = []
  /** How many messages were sent again. */
  repeated = 0
  /** The greatest number of messages in flight at once on one connection. */
  largestWindow = 0
  /** Payloads by packet identifier: sent, and not acknowledged by any packet that passed here. */
  readonly #open = new Map<number, string>()

  readonly look = (): Onlooker => {
    const onWire = new Set<number>()
    const client = new Packets((first, body) => {
      if (first >> 4 === PUBLISH) this.#published(first, body, onWire)
    })
    const broker = new Packets((first, body) => {
      const type = first >> 4
      const id = body.length < 2 ? 0 : body.readUInt16BE(0)
      const refused = type === PUBREC && (body[2] ?? 0) >= 0x80
      if (type !== PUBACK && type !== PUBCOMP && !refused) return
      onWire.delete(id)
      this.#open.delete(id)
    })
    return { fromClient: (chunk) => client.feed(chunk), fromBroker: (chunk) => broker.feed(chunk) }
  }

  #published(first: number, body: Buffer, onWire: Set<number>): void {
    if ((first & 6) === 0) return
    const idAt = 2 + body.readUInt16BE(0)
    const id = body.readUInt16BE(idAt)
    const payload = body.toString('latin1', idAt + 2)
    const known = this.#open.get(id)
    const isRepeat = (first & 8) !== 0
    if (isRepeat) this.repeated++
    if (known !== undefined && known !== payload) {
      this.wrongs.push(`identifier ${id} is used for a second message while the first is in flight`)
    } else if (known !== undefined && !isRepeat) this.wrongs.push(`${id} is sent again without DUP`)
    if (onWire.has(id)) this.wrongs.push(`${id} is sent twice on one connection`)
    this.#open.set(id, payload)
    onWire.add(id)
    this.largestWindow = Math.max(this.largestWindow, onWire.size)
  }
}

/** Cuts a stream into packets: the first byte and the body of each. */
export class Packets {
  #held = Buffer.alloc(0)
  readonly #take: (first: number, body: Buffer) => void

  constructor(take: (first: number, body: Buffer) => void) {
    this.#take = take
  }

  feed(chunk: Buffer): void {
    let bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk])
    for (;;) {
      let length = 0
      let at = 1
      for (let shift = 0; at < bytes.length; shift += 7) {
        const byte = bytes[at++] as number
        length |= (byte & 0x7f) << shift
        if (byte < 0x80) break
      }
      if (at < 2 || ((bytes[at - 1] ?? 0x80) & 0x80) !== 0 || bytes.length < at + length) break
      this.#take(bytes[0] as number, bytes.subarray(at, at + length))
      bytes = bytes.subarray(at + length)
    }
    this.#held = Buffer.from(bytes)
  }
}
