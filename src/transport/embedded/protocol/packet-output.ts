import type { Duplex } from 'node:stream'
import { writeVariableInteger } from '../../mqtt/exchange/property-writer.js'
import { ByteWriter } from '../../wire/byte-writer.js'
import type { Content, Grant } from '../store/facts.js'
import { PROPERTY } from './properties.js'

/** Bytes that are gathered for one write. */
const BUFFER = 65_536
/** From so many bytes on a buffer is handed on as it is, also to a client that does not read. */
const WORTH_A_BUFFER = 32_768
/** A payload from this size on is written as it is, instead of being copied. */
const LARGE = 16_384
/** Buffers kept for reuse. */
const POOLED = 16
/** Nothing more is written to a client that has so many bytes to read; to any client with a part of it, once all have much to read. */
const FULL = 1024 * 1024
const LITTLE = 128 * 1024
const MUCH = 64 * 1024 * 1024
/** What the fixed header and the numbers in a PUBLISH take at most, besides the identifiers of subscriptions. */
const NUMBERS = 32

const spare: Buffer[] = []

/** How a PUBLISH goes to one client. */
export interface Delivering extends Pick<Grant, 'qos' | 'retain' | 'ids'> {
  readonly dup: boolean
  readonly packetId: number
  /** Milliseconds since 1970; infinite: it never expires. */
  readonly expiresAt: number
}

/** Bytes that all clients together have not read yet. */
export interface Unread {
  bytes: number
}

/** Writes packets to one client. Nothing of it goes out before `flush`. */
export class PacketOutput {
  readonly #stream: Duplex
  readonly #unread: Unread
  /** This client's part of it. */
  #ownUnread = 0
  #isCorked = false
  /** Of the client: MQTT 5 has properties. */
  isMqtt5 = false
  /** Bytes of the largest packet that the client takes. */
  packetSize = Number.POSITIVE_INFINITY
  #buffer: Buffer | undefined
  #end = 0

  /** @param unread shared by all clients */
  constructor(stream: Duplex, unread: Unread) {
    this.#stream = stream
    this.#unread = unread
    // Not every stream tells of each write that did not come to its end.
    stream.once('close', () => {
      this.#noteUnread(-this.#ownUnread)
    })
  }

  /** Bytes that the client has not taken yet. */
  get backlog(): number {
    return this.#stream.writableLength + this.#end
  }

  /** Whether the client has to read before it gets more. */
  get isFull(): boolean {
    return this.#hasUnread(1)
  }

  /** Whether the client has so much to read that nothing is to be taken from it either: each of its packets may be answered. */
  get isFlooded(): boolean {
    return this.#hasUnread(2)
  }

  #hasUnread(times: number): boolean {
    const { backlog } = this
    return backlog >= FULL * times || (backlog >= LITTLE * times && this.#unread.bytes >= MUCH)
  }

  /** Whether the client takes a packet with a body of so many bytes [MQTT-3.1.2-24]. */
  takes(bodySize: number): boolean {
    return 1 + integerSize(bodySize) + bodySize <= this.packetSize
  }

  /** False: the client takes no packet of that size [MQTT-3.1.2-24]. */
  publish(content: Content, delivering: Delivering): boolean {
    const { topic, payload } = content
    const { qos, retain, dup, packetId } = delivering
    const topicSize = Buffer.byteLength(topic)
    const properties = this.isMqtt5 ? content.properties : undefined
    const extra = this.isMqtt5 ? propertySize(delivering) : 0
    const propertiesSize = (properties?.length ?? 0) + extra
    const headSize =
      2 + topicSize + (qos > 0 ? 2 : 0) + (this.isMqtt5 ? integerSize(propertiesSize) + propertiesSize : 0)
    const remaining = headSize + payload.length
    if (!this.takes(remaining)) return false
    const isLarge = payload.length >= LARGE
    const target = this.#reserve(NUMBERS + headSize + (isLarge ? 0 : payload.length))
    let at = this.#end
    target[at++] = 0x30 | (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0)
    at = writeVariableInteger(target, at, remaining)
    target[at++] = topicSize >> 8
    target[at++] = topicSize & 0xff
    at = writeTopic(topic, topicSize, target, at)
    if (qos > 0) {
      target[at++] = packetId >> 8
      target[at++] = packetId & 0xff
    }
    if (properties !== undefined) {
      at = writeVariableInteger(target, at, propertiesSize)
      if (extra > 0) at = writeProperties(delivering, target, at)
      at = copy(properties, target, at)
    }
    if (!isLarge) {
      this.#end = copy(payload, target, at)
      return true
    }
    this.#end = at
    this.#keepBack()
    this.#write(payload)
    return true
  }

  /** PUBACK, PUBREC, PUBREL or PUBCOMP. Clients before MQTT 5 get no code. */
  acknowledge(type: number, packetId: number, code = 0): void {
    const target = this.#reserve(5)
    const hasCode = code !== 0 && this.isMqtt5
    target[this.#end++] = (type << 4) | (type === 6 ? 2 : 0)
    target[this.#end++] = hasCode ? 3 : 2
    target[this.#end++] = packetId >> 8
    target[this.#end++] = packetId & 0xff
    if (hasCode) target[this.#end++] = code
  }

  /** Any other packet: its first byte and its body. */
  packet(first: number, body: Uint8Array): void {
    const to = new ByteWriter(body.length + 5)
    to.byte(first)
    to.variableInteger(body.length)
    to.bytes(body)
    const target = this.#reserve(to.length)
    this.#end = copy(to.written, target, this.#end)
  }

  /** Lets everything go out. */
  flush(): void {
    this.#hand()
    if (this.#isCorked) this.#stream.uncork()
    this.#isCorked = false
  }

  /** Hands what was gathered to the stream, which keeps it until `flush`. */
  #keepBack(): void {
    if (!this.#isCorked) this.#stream.cork()
    this.#isCorked = true
    this.#hand()
  }

  #hand(): void {
    const buffer = this.#buffer
    if (buffer === undefined) return
    const bytes = buffer.subarray(0, this.#end)
    this.#buffer = undefined
    this.#end = 0
    if (this.#stream.writableLength > 0 && bytes.length < WORTH_A_BUFFER) {
      // It waits: many small writes would keep a large buffer each.
      this.#write(Uint8Array.prototype.slice.call(bytes))
      recycle(buffer)
    } else this.#write(bytes, () => recycle(buffer))
  }

  #write(bytes: Uint8Array, done: () => void = () => undefined): void {
    if (!this.#stream.writable) return
    this.#noteUnread(bytes.length)
    this.#stream.write(bytes, () => {
      this.#noteUnread(-Math.min(bytes.length, this.#ownUnread))
      done()
    })
  }

  #noteUnread(more: number): void {
    this.#ownUnread += more
    this.#unread.bytes += more
  }

  /** Makes room in one piece. */
  #reserve(size: number): Buffer {
    if (this.#buffer !== undefined && this.#end + size > this.#buffer.length) this.#keepBack()
    if (this.#buffer === undefined)
      this.#buffer =
        size > BUFFER ? Buffer.allocUnsafeSlow(size) : (spare.pop() ?? Buffer.allocUnsafeSlow(BUFFER))
    return this.#buffer
  }
}

function recycle(buffer: Buffer): void {
  if (buffer.length === BUFFER && spare.length < POOLED) spare.push(buffer)
}

/** Bytes of the properties that one delivery has of its own. */
function propertySize({ ids, expiresAt }: Delivering): number {
  let size = Number.isFinite(expiresAt) ? 5 : 0
  for (const id of ids) size += 1 + integerSize(id)
  return size
}

function writeProperties({ ids, expiresAt }: Delivering, target: Buffer, start: number): number {
  let at = start
  if (Number.isFinite(expiresAt)) {
    target[at++] = PROPERTY.messageExpiry
    // What it has left [MQTT-3.3.2-6].
    at = target.writeUInt32BE(Math.max(0, Math.ceil((expiresAt - Date.now()) / 1000)), at)
  }
  for (const id of ids) {
    target[at++] = PROPERTY.subscriptionId
    at = writeVariableInteger(target, at, id)
  }
  return at
}

function integerSize(value: number): number {
  if (value < 128) return 1
  if (value < 16_384) return 2
  return value < 2_097_152 ? 3 : 4
}

/** A short ASCII text is written faster by hand than by a call into Node. */
function writeTopic(topic: string, size: number, target: Buffer, at: number): number {
  if (size !== topic.length || size > 40) return at + target.write(topic, at)
  for (let i = 0; i < size; i++) target[at + i] = topic.charCodeAt(i)
  return at + size
}

/** Below about 40 bytes a loop is faster than the call that `set` is. */
function copy(from: Uint8Array, target: Buffer, at: number): number {
  const { length } = from
  if (length > 40) target.set(from, at)
  else for (let i = 0; i < length; i++) target[at + i] = from[i] as number
  return at + length
}
