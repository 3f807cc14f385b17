import type { AmqpBinding } from '../../core/amqp/amqp-binding.js'
import { headersOfTable, readTable } from '../../core/amqp/field-table.js'
import { type Header, type Message, NO_HEADERS } from '../../core/message.js'
import { TextCache } from '../exchange/text-cache.js'
import { formatChannel } from './channel-address.js'
import { ArgumentReader } from './wire/argument-reader.js'
import { readProperties } from './wire/basic-properties.js'
import type { ContentAssembler } from './wire/content-assembler.js'
import { ProtocolError } from './wire/protocol-error.js'

/** The facts that messages with the same properties share. */
type Facts = Pick<
  Message,
  'headers' | 'contentType' | 'expiry' | 'responseChannel' | 'correlation' | 'sourceTime' | 'amqp'
>

/** Makes messages of deliveries. Remembers the last properties, because messages that follow each other mostly share them. */
export class DeliveryDecoder {
  readonly #channels: TextCache
  #exchange = ''
  #exchangeBytes: Buffer = Buffer.alloc(0)
  #properties: Buffer = Buffer.alloc(0)
  #facts: Facts | undefined
  #isRedelivered = false
  /** The delivery tag of the message that was decoded last. */
  tag = 0

  /** @param own the exchange of the broker's URL */
  constructor(own: string) {
    this.#channels = new TextCache((bytes, start, end) => {
      const from = new ArgumentReader(bytes, start, end)
      return formatChannel(from.shortText(), from.shortText(), own)
    })
  }

  /**
   * Decodes a delivery. Its payload is a view of the network's bytes.
   * @param time when it came, in microseconds
   * @throws ProtocolError for arguments or properties that end too early
   */
  decode(content: ContentAssembler, time: number): Message {
    const { argumentBytes: bytes, argumentStart, argumentEnd: end } = content
    const tagAt = argumentStart + 1 + (bytes[argumentStart] ?? 0)
    const exchangeAt = tagAt + 9
    const keyAt = exchangeAt + 1 + (bytes[exchangeAt] ?? 0)
    if (keyAt + 1 + (bytes[keyAt] ?? 0) > end) throw new ProtocolError('a delivery that ends too early')
    this.tag = bytes.readUInt32BE(tagAt) * 0x1_0000_0000 + bytes.readUInt32BE(tagAt + 4)
    const isRedelivered = ((bytes[tagAt + 8] as number) & 1) === 1
    const channel = this.#channels.text(bytes, exchangeAt, end)
    const facts = this.#factsOf(content, isRedelivered, exchangeAt, keyAt, channel)
    return {
      channel,
      payload: content.body,
      headers: facts.headers,
      guarantee: 1,
      contentType: facts.contentType,
      expiry: facts.expiry,
      responseChannel: facts.responseChannel,
      correlation: facts.correlation,
      sourceTime: facts.sourceTime,
      amqp: facts.amqp,
      time
    }
  }

  #factsOf(
    content: ContentAssembler,
    isRedelivered: boolean,
    exchangeAt: number,
    keyAt: number,
    channel: string
  ): Facts {
    const { argumentBytes: bytes, propertyBytes, propertyStart, propertyEnd } = content
    const isKeyTold = this.#facts?.amqp?.routingKey !== undefined || channel.startsWith('/')
    if (
      this.#facts !== undefined &&
      !isKeyTold &&
      isRedelivered === this.#isRedelivered &&
      isSame(this.#properties, propertyBytes, propertyStart, propertyEnd) &&
      isSame(this.#exchangeBytes, bytes, exchangeAt, keyAt)
    )
      return this.#facts
    if (!isSame(this.#exchangeBytes, bytes, exchangeAt, keyAt)) {
      this.#exchangeBytes = Buffer.from(bytes.subarray(exchangeAt, keyAt))
      this.#exchange = this.#exchangeBytes.toString('utf8', 1)
    }
    const key = new ArgumentReader(bytes, keyAt, content.argumentEnd).shortText()
    this.#isRedelivered = isRedelivered
    this.#properties = Buffer.from(propertyBytes.subarray(propertyStart, propertyEnd))
    this.#facts = this.#read(content, key === channel ? undefined : key)
    return this.#facts
  }

  #read(
    { propertyBytes, propertyStart, propertyEnd }: ContentAssembler,
    routingKey: string | undefined
  ): Facts {
    const properties = readProperties(propertyBytes, propertyStart, propertyEnd)
    const { contentType, replyTo, correlationId, expiration, timestamp, table } = properties
    const { headers, ...ofTable } = table === undefined ? NO_FACTS : factsOfTable(table)
    const amqp: AmqpBinding = {
      deliveryMode: properties.deliveryMode,
      priority: properties.priority,
      messageId: copied(properties.messageId),
      type: copied(properties.type),
      appId: copied(properties.appId),
      userId: copied(properties.userId),
      contentEncoding: copied(properties.contentEncoding),
      exchange: this.#exchange,
      routingKey,
      redelivered: this.#isRedelivered || undefined,
      ...ofTable
    }
    return {
      headers,
      contentType,
      expiry: secondsOf(expiration),
      responseChannel: replyTo,
      correlation: correlationId === undefined ? undefined : Buffer.from(correlationId),
      sourceTime: microsecondsOf(timestamp),
      amqp
    }
  }
}

/** What RabbitMQ itself writes into the table of headers, by the name of the header. */
const OF_BROKER: ReadonlyMap<string, 'offset' | 'deliveryCount'> = new Map([
  ['x-stream-offset', 'offset'],
  ['x-delivery-count', 'deliveryCount']
])

type TableFacts = Pick<AmqpBinding, 'table' | 'offset' | 'deliveryCount'> & {
  readonly headers: readonly Header[]
}

const NO_FACTS: TableFacts = { headers: NO_HEADERS }

function factsOfTable(table: Uint8Array): TableFacts {
  const entries = readTable(table)
  const told = entries?.filter(({ header: [name], isPlain }) => !isPlain && OF_BROKER.has(name)) ?? []
  if (entries === undefined || told.length === 0) return headersOfTable(table)
  const facts: { offset?: number; deliveryCount?: number } = {}
  for (const {
    header: [name, value]
  } of told) {
    const fact = OF_BROKER.get(name)
    if (fact !== undefined) facts[fact] = Number(value)
  }
  const others = entries.filter((entry) => !told.includes(entry))
  if (others.length === 0) return { headers: NO_HEADERS, ...facts }
  return { ...headersOfTable(Buffer.concat(others.map(({ bytes }) => bytes))), ...facts }
}

/** Bytes of a chunk would keep all of it in memory. */
const copied = <T extends string | Uint8Array | undefined>(value: T): T | Uint8Array =>
  value instanceof Uint8Array ? Buffer.from(value) : value

/** RabbitMQ takes only whole milliseconds as an expiration. */
function secondsOf(expiration: string | undefined): number | undefined {
  return expiration !== undefined && /^\d+$/.test(expiration) ? Number(expiration) / 1000 : undefined
}

/** Some publishers write milliseconds or worse; what is beyond any date is left out. */
function microsecondsOf(seconds: number | undefined): number | undefined {
  if (seconds === undefined) return undefined
  const microseconds = seconds * 1_000_000
  return Number.isSafeInteger(microseconds) ? microseconds : undefined
}

/** For short bytes, a loop is faster than a call of `equals`. */
function isSame(known: Buffer, bytes: Buffer, start: number, end: number): boolean {
  if (known.length !== end - start) return false
  for (let at = 0; at < known.length; at++) if (known[at] !== bytes[start + at]) return false
  return true
}
