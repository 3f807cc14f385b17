/** The fields of a PUBLISH as it stands on the wire. The packet identifier is left out, because it is new each time. */
export interface WirePublish {
  readonly topic: string
  readonly payload: Buffer
  readonly qos: 0 | 1 | 2
  readonly retain?: true
  readonly dup?: true
  /** Payload format indicator. */
  readonly format?: 0 | 1
  /** The message expiry interval in seconds. */
  readonly expiry?: number
  readonly contentType?: string
  readonly responseTopic?: string
  readonly correlation?: Buffer
  readonly subscriptionIds?: readonly number[]
  /** User properties in the order on the wire, which mqtt-packet loses. */
  readonly userProperties?: readonly (readonly [name: string, value: string])[]
}

const FORMAT = 0x01
const EXPIRY = 0x02
const CONTENT_TYPE = 0x03
const RESPONSE_TOPIC = 0x08
const CORRELATION = 0x09
const SUBSCRIPTION_ID = 0x0b
const USER_PROPERTY = 0x26

/** The bytes of the packet. MQTT 3.1.1 (version 4) has no properties. */
export function encodePublish(publish: WirePublish, version: number, messageId: number): Buffer {
  const { topic, payload, qos, retain, dup } = publish
  const body = Buffer.concat([
    sized(topic),
    qos === 0 ? Buffer.alloc(0) : Buffer.from([messageId >> 8, messageId & 0xff]),
    version === 5 ? withLength(encodeProperties(publish)) : Buffer.alloc(0),
    payload
  ])
  const first = 0x30 | (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0)
  return Buffer.concat([Buffer.from([first]), withLength(body)])
}

function encodeProperties(publish: WirePublish): Buffer {
  const { format, expiry, contentType, responseTopic, correlation } = publish
  const { subscriptionIds = [], userProperties = [] } = publish
  const parts: Buffer[] = []
  const add = (identifier: number, ...values: Buffer[]) => parts.push(Buffer.from([identifier]), ...values)
  if (format !== undefined) add(FORMAT, Buffer.from([format]))
  if (expiry !== undefined) {
    const seconds = Buffer.alloc(4)
    seconds.writeUInt32BE(expiry)
    add(EXPIRY, seconds)
  }
  if (contentType !== undefined) add(CONTENT_TYPE, sized(contentType))
  if (responseTopic !== undefined) add(RESPONSE_TOPIC, sized(responseTopic))
  if (correlation !== undefined) add(CORRELATION, sized(correlation))
  for (const id of subscriptionIds) add(SUBSCRIPTION_ID, variableInteger(id))
  for (const [name, value] of userProperties) add(USER_PROPERTY, sized(name), sized(value))
  return Buffer.concat(parts)
}

function sized(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes])
}

const withLength = (bytes: Buffer) => Buffer.concat([variableInteger(bytes.length), bytes])

function variableInteger(value: number): Buffer {
  const bytes: number[] = []
  let left = value
  for (; left > 0x7f; left >>>= 7) bytes.push((left & 0x7f) | 0x80)
  return Buffer.from([...bytes, left])
}

/** Decodes a PUBLISH. Throws for a property that a PUBLISH does not have, and for a topic alias, which no test broker allows. */
export function decodePublish(first: number, body: Buffer, version: number): WirePublish {
  const reader = new Reader(body)
  const qos = ((first >> 1) & 3) as 0 | 1 | 2
  const topic = reader.text()
  if (qos > 0) reader.take(2)
  const properties = version === 5 ? decodeProperties(new Reader(reader.take(reader.variableInteger()))) : {}
  return {
    topic,
    payload: reader.rest(),
    qos,
    ...((first & 1) === 1 && { retain: true }),
    ...((first & 8) === 8 && { dup: true }),
    ...properties
  }
}

function decodeProperties(reader: Reader): Partial<WirePublish> {
  let found: Partial<WirePublish> = {}
  while (reader.hasMore) {
    const identifier = reader.byte()
    const { subscriptionIds = [], userProperties = [] } = found
    if (identifier === FORMAT) found = { ...found, format: reader.byte() as 0 | 1 }
    else if (identifier === EXPIRY) found = { ...found, expiry: reader.take(4).readUInt32BE() }
    else if (identifier === CONTENT_TYPE) found = { ...found, contentType: reader.text() }
    else if (identifier === RESPONSE_TOPIC) found = { ...found, responseTopic: reader.text() }
    else if (identifier === CORRELATION) found = { ...found, correlation: reader.binary() }
    else if (identifier === SUBSCRIPTION_ID)
      found = { ...found, subscriptionIds: [...subscriptionIds, reader.variableInteger()] }
    else if (identifier === USER_PROPERTY)
      found = { ...found, userProperties: [...userProperties, [reader.text(), reader.text()]] }
    else throw new Error(`a PUBLISH with property ${identifier}`)
  }
  return found
}

class Reader {
  #at = 0

  constructor(private readonly bytes: Buffer) {}

  get hasMore(): boolean {
    return this.#at < this.bytes.length
  }

  take(length: number): Buffer {
    this.#at += length
    if (this.#at > this.bytes.length) throw new Error('a PUBLISH that is cut off')
    return Buffer.from(this.bytes.subarray(this.#at - length, this.#at))
  }

  rest(): Buffer {
    return this.take(this.bytes.length - this.#at)
  }

  byte(): number {
    return this.take(1).readUInt8()
  }

  binary(): Buffer {
    return this.take(this.take(2).readUInt16BE())
  }

  text(): string {
    return this.binary().toString()
  }

  variableInteger(): number {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte()
      value += (byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }
}
