import { FieldReader, FieldWriter, MalformedBytes, type Table } from './amqp-fields.js'

/** The properties of a message, in the order of their flags. */
export interface Properties {
  readonly contentType?: string
  readonly contentEncoding?: string
  readonly headers?: Table
  readonly deliveryMode?: number
  readonly priority?: number
  readonly correlationId?: string
  readonly replyTo?: string
  readonly expiration?: string
  readonly messageId?: string
  /** Seconds since 1970. */
  readonly timestamp?: bigint
  readonly type?: string
  readonly userId?: string
  readonly appId?: string
  readonly clusterId?: string
}

const KINDS = {
  contentType: 'shortstr',
  contentEncoding: 'shortstr',
  headers: 'table',
  deliveryMode: 'octet',
  priority: 'octet',
  correlationId: 'shortstr',
  replyTo: 'shortstr',
  expiration: 'shortstr',
  messageId: 'shortstr',
  timestamp: 'longlong',
  type: 'shortstr',
  userId: 'shortstr',
  appId: 'shortstr',
  clusterId: 'shortstr'
} as const satisfies Record<keyof Properties, string>

/** A message's properties and body, as they stand on the wire. */
export interface Content {
  readonly properties: Properties
  /** The flags and values of the properties, byte for byte. */
  readonly propertyBytes: Buffer
  readonly body: Buffer
}

const BASIC_CLASS = 60

/** Makes content. The properties may be given as bytes, for those that no decoder would produce. */
export function content(body: string | Uint8Array, properties: Properties | Buffer = {}): Content {
  const propertyBytes = Buffer.isBuffer(properties) ? properties : encodeProperties(properties)
  return { properties: decodeProperties(propertyBytes), propertyBytes, body: Buffer.from(body) }
}

export function encodeProperties(properties: Properties): Buffer {
  const values = new FieldWriter()
  let flags = 0
  for (const [index, [name, kind]] of Object.entries(KINDS).entries()) {
    const value = properties[name as keyof Properties]
    if (value === undefined) continue
    flags |= 1 << (15 - index)
    const write = values[kind].bind(values) as (value: unknown) => void
    write(value)
  }
  const writer = new FieldWriter()
  writer.short(flags)
  writer.bytes(values.written)
  return writer.written
}

export function decodeProperties(bytes: Buffer): Properties {
  const reader = new FieldReader(bytes)
  const flags = reader.short()
  if ((flags & 3) !== 0) throw new MalformedBytes('the flags of the properties go on')
  const properties: Record<string, unknown> = {}
  for (const [index, [name, kind]] of Object.entries(KINDS).entries())
    if (flags & (1 << (15 - index))) properties[name] = reader[kind]()
  if (!reader.isAtEnd) throw new MalformedBytes('bytes after the properties')
  return properties
}

/** The payload of a header frame. */
export function encodeContentHeader({ propertyBytes, body }: Content): Buffer {
  const writer = new FieldWriter()
  writer.short(BASIC_CLASS)
  writer.short(0)
  writer.longlong(BigInt(body.length))
  writer.bytes(propertyBytes)
  return writer.written
}

/** Reads the payload of a header frame. */
export function decodeContentHeader(payload: Buffer): { size: number; propertyBytes: Buffer } {
  const reader = new FieldReader(payload)
  const classId = reader.short()
  reader.short()
  if (classId !== BASIC_CLASS) throw new MalformedBytes(`no content has the class ${classId}`)
  return { size: Number(reader.longlong()), propertyBytes: Buffer.from(payload.subarray(12)) }
}
