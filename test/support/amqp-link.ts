import { type Content, content, decodeContentHeader, encodeContentHeader } from './amqp-content.js'
import { MalformedBytes } from './amqp-fields.js'
import { type Arguments, decodeMethod, encodeMethod, type Method, type MethodName } from './amqp-methods.js'

const FRAME_END = 0xce
const HEADER = 7
const [METHOD, CONTENT_HEADER, BODY, HEARTBEAT] = [1, 2, 3, 8]

/** How many bytes of a frame are not payload. */
const OVERHEAD = 8

export interface LinkEvents {
  /** A method with all of its content. */
  onMethod(channel: number, method: Method, content: Content | undefined): void
  onHeartbeat?(): void
}

export function frame(type: number, channel: number, payload: Uint8Array): Buffer {
  const bytes = Buffer.alloc(payload.length + OVERHEAD)
  bytes.writeUInt8(type, 0)
  bytes.writeUInt16BE(channel, 1)
  bytes.writeUInt32BE(payload.length, 3)
  bytes.set(payload, HEADER)
  bytes.writeUInt8(FRAME_END, HEADER + payload.length)
  return bytes
}

export const heartbeatFrame = (): Buffer => frame(HEARTBEAT, 0, Buffer.alloc(0))

/** A method whose content has not come in full. */
interface OpenContent {
  readonly method: Method
  size: number
  propertyBytes?: Buffer
  readonly parts: Buffer[]
  /** The bytes of the body that have come. */
  received: number
}

/** Both directions of a connection, after the protocol header: bytes to methods, and methods to frames. */
export class AmqpLink {
  /** The largest frame that is sent, in bytes. */
  frameMax = 131_072
  readonly #events: LinkEvents
  readonly #write: (frame: Buffer) => void
  readonly #open = new Map<number, OpenContent>()
  #rest = Buffer.alloc(0)

  constructor(write: (frame: Buffer) => void, events: LinkEvents) {
    this.#write = write
    this.#events = events
  }

  /** Throws `MalformedBytes` or `UnknownMethod`. */
  feed(chunk: Uint8Array): void {
    this.#rest = Buffer.concat([this.#rest, chunk])
    while (this.#rest.length >= HEADER) {
      const end = HEADER + this.#rest.readUInt32BE(3)
      if (end + 1 - OVERHEAD > this.frameMax) throw new MalformedBytes(`a frame of ${end + 1} bytes`)
      if (this.#rest.length <= end) return
      const type = this.#rest.readUInt8(0)
      const channel = this.#rest.readUInt16BE(1)
      const payload = this.#rest.subarray(HEADER, end)
      if (this.#rest[end] !== FRAME_END) throw new MalformedBytes('the end of a frame is missing')
      this.#rest = this.#rest.subarray(end + 1)
      this.#take(type, channel, payload)
    }
  }

  send<N extends MethodName>(
    channel: number,
    name: N,
    args: Partial<Arguments<N>> = {},
    carried?: Content
  ): void {
    this.#write(frame(METHOD, channel, encodeMethod(name, args)))
    if (carried === undefined) return
    this.#write(frame(CONTENT_HEADER, channel, encodeContentHeader(carried)))
    const most = this.frameMax - OVERHEAD
    for (let at = 0; at < carried.body.length; at += most)
      this.#write(frame(BODY, channel, carried.body.subarray(at, at + most)))
  }

  #take(type: number, channel: number, payload: Buffer): void {
    if (type === HEARTBEAT) {
      this.#events.onHeartbeat?.()
      return
    }
    const open = this.#open.get(channel)
    if (type === METHOD) {
      if (open !== undefined) throw new MalformedBytes('a method in the middle of content')
      const method = decodeMethod(payload)
      if (CARRIERS.has(method.name)) this.#open.set(channel, { method, size: 0, parts: [], received: 0 })
      else this.#events.onMethod(channel, method, undefined)
      return
    }
    if (open === undefined) throw new MalformedBytes('content without a method')
    if (type === CONTENT_HEADER && open.propertyBytes === undefined)
      Object.assign(open, decodeContentHeader(payload))
    else if (type === BODY && open.propertyBytes !== undefined) {
      open.parts.push(Buffer.from(payload))
      open.received += payload.length
    } else throw new MalformedBytes(`a frame of the type ${type}`)
    if (open.received > open.size) throw new MalformedBytes('more of a body than its header says')
    if (open.received < open.size || open.propertyBytes === undefined) return
    this.#open.delete(channel)
    this.#events.onMethod(channel, open.method, content(Buffer.concat(open.parts), open.propertyBytes))
  }
}

/** The methods that content follows. */
const CARRIERS: ReadonlySet<MethodName> = new Set([
  'basic.publish',
  'basic.return',
  'basic.deliver',
  'basic.get-ok'
])
