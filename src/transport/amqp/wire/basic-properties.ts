import type { TextOrBytes } from '../../../core/text-or-bytes.js'
import { ArgumentReader } from './argument-reader.js'
import type { ArgumentWriter } from './argument-writer.js'

/** What a content says of itself besides its body. What is absent was not sent. */
export interface BasicProperties {
  readonly contentType?: string | undefined
  readonly contentEncoding?: TextOrBytes | undefined
  /** The content of the table of headers, without its length. */
  readonly table?: Uint8Array | undefined
  /** 2: the broker keeps the message on disk, where its queue is kept. */
  readonly deliveryMode?: number | undefined
  readonly priority?: number | undefined
  /** At most 255 bytes. */
  readonly correlationId?: Uint8Array | undefined
  readonly replyTo?: string | undefined
  /** Milliseconds, as a decimal number. */
  readonly expiration?: string | undefined
  readonly messageId?: TextOrBytes | undefined
  /** Seconds since 1970-01-01 UTC. */
  readonly timestamp?: number | undefined
  readonly type?: TextOrBytes | undefined
  readonly userId?: TextOrBytes | undefined
  readonly appId?: TextOrBytes | undefined
}

/** The flag of each property, in the order in which their values follow. */
const CONTENT_TYPE = 0x8000
const CONTENT_ENCODING = 0x4000
const HEADERS = 0x2000
const DELIVERY_MODE = 0x1000
const PRIORITY = 0x0800
const CORRELATION_ID = 0x0400
const REPLY_TO = 0x0200
const EXPIRATION = 0x0100
const MESSAGE_ID = 0x0080
const TIMESTAMP = 0x0040
const TYPE = 0x0020
const USER_ID = 0x0010
const APP_ID = 0x0008
const CLUSTER_ID = 0x0004
/** Two more bytes of flags follow. */
const MORE_FLAGS = 0x0001

/**
 * Writes the flags and values of a content header.
 * @throws RangeError for a text of more than 255 bytes
 */
export function writeProperties(to: ArgumentWriter, properties: BasicProperties): void {
  const start = to.length
  to.twoBytes(0)
  let flags = 0
  const short = (flag: number, value: TextOrBytes | undefined) => {
    if (value === undefined) return
    flags |= flag
    to.shortText(value)
  }
  short(CONTENT_TYPE, properties.contentType)
  short(CONTENT_ENCODING, properties.contentEncoding)
  if (properties.table !== undefined) {
    flags |= HEADERS
    to.longBytes(properties.table)
  }
  if (properties.deliveryMode !== undefined) {
    flags |= DELIVERY_MODE
    to.byte(properties.deliveryMode)
  }
  if (properties.priority !== undefined) {
    flags |= PRIORITY
    to.byte(properties.priority)
  }
  if (properties.correlationId !== undefined) {
    flags |= CORRELATION_ID
    to.shortBytes(properties.correlationId)
  }
  short(REPLY_TO, properties.replyTo)
  short(EXPIRATION, properties.expiration)
  short(MESSAGE_ID, properties.messageId)
  if (properties.timestamp !== undefined) {
    flags |= TIMESTAMP
    to.eightBytes(properties.timestamp)
  }
  short(TYPE, properties.type)
  short(USER_ID, properties.userId)
  short(APP_ID, properties.appId)
  to.setTwoBytes(flags, start)
}

/**
 * Reads the flags and values of a content header, which are `bytes[start..end]`.
 * @throws ProtocolError for a header that ends too early
 */
export function readProperties(bytes: Buffer, start: number, end: number): BasicProperties {
  const from = new ArgumentReader(bytes, start, end)
  const flags = from.twoBytes()
  // No property stands behind the first fifteen; their flags are there in vain.
  for (let more = flags; more & MORE_FLAGS; ) more = from.twoBytes()
  const properties: { -readonly [Name in keyof BasicProperties]: BasicProperties[Name] } = {}
  if (flags & CONTENT_TYPE) properties.contentType = from.shortText()
  if (flags & CONTENT_ENCODING) properties.contentEncoding = from.shortTextOrBytes()
  if (flags & HEADERS) properties.table = from.table()
  if (flags & DELIVERY_MODE) properties.deliveryMode = from.byte()
  if (flags & PRIORITY) properties.priority = from.byte()
  if (flags & CORRELATION_ID) properties.correlationId = from.shortBytes()
  if (flags & REPLY_TO) properties.replyTo = from.shortText()
  if (flags & EXPIRATION) properties.expiration = from.shortText()
  if (flags & MESSAGE_ID) properties.messageId = from.shortTextOrBytes()
  if (flags & TIMESTAMP) properties.timestamp = from.eightBytes()
  if (flags & TYPE) properties.type = from.shortTextOrBytes()
  if (flags & USER_ID) properties.userId = from.shortTextOrBytes()
  if (flags & APP_ID) properties.appId = from.shortTextOrBytes()
  if (flags & CLUSTER_ID) from.shortText()
  return properties
}
