import { ByteWriter } from '../byte-writer.js'
import { type Header, NO_HEADERS } from '../message.js'
import { isSameText } from '../text-or-bytes.js'
import { asBuffer, isUtf8 } from '../utf8.js'
import { type NamedValue, readNamedValues, UnreadableTable } from './field-value.js'

// The table of headers of AMQP 0-9-1. All functions take and give its content, without the four bytes of its length.

/** The longest name that a table can have, in bytes. */
const LONGEST_NAME = 255

/** One entry of a table. */
export interface TableEntry {
  readonly header: Header
  /** Text says all of it: a table that is made of the header has the same bytes. */
  readonly isPlain: boolean
  /** The entry as it stands in the table; a view. */
  readonly bytes: Uint8Array
}

/** The entries of a table in their order; `undefined` if the bytes are no table that RabbitMQ could have sent. */
export function readTable(content: Uint8Array): readonly TableEntry[] | undefined {
  const bytes = asBuffer(content)
  try {
    return readNamedValues(bytes, 0, bytes.length).map((value) => entryOf(value, bytes))
  } catch (error) {
    if (error instanceof UnreadableTable) return undefined
    throw error
  }
}

function entryOf({ name, shown, type, start, end }: NamedValue, bytes: Buffer): TableEntry {
  const isPlain = type === 'S' && isUtf8(bytes.subarray(start + 1, start + 1 + (bytes[start] as number)))
  return { header: [name, shown], isPlain, bytes: bytes.subarray(start, end) }
}

/** What a received table says: the headers as text, and the table itself where text does not say all of it. */
export interface TableHeaders {
  readonly headers: readonly Header[]
  /** A copy, for `AmqpBinding.table`. */
  readonly table?: Uint8Array
}

/**
 * Reads a received table. A number, a date, `true` or `null` becomes the text that says it; a nested table or list becomes JSON; bytes
 * stay bytes. A table that cannot be read is kept, and gives no headers.
 */
export function headersOfTable(content: Uint8Array): TableHeaders {
  const entries = readTable(content)
  const headers = entries === undefined ? NO_HEADERS : entries.map(({ header }) => header)
  if (entries?.every(({ isPlain }) => isPlain)) return { headers }
  return { headers, table: Uint8Array.prototype.slice.call(content) }
}

/**
 * The table that a message is published with. Each header becomes the entry of `exact` that says the same, byte for byte; a header that
 * `exact` does not have, because somebody has added or changed it, becomes a long string.
 * @param exact `AmqpBinding.table` of the message
 * @throws RangeError for a name that is too long for a table, in words
 */
export function tableOf(headers: readonly Header[], exact?: Uint8Array): Uint8Array {
  const entries = exact === undefined ? [] : readTable(exact)
  if (exact !== undefined && saysSame(entries ?? [], headers)) return exact
  const left = [...(entries ?? [])]
  const table = new ByteWriter(256)
  for (const header of headers) {
    const at = left.findIndex((entry) => isSameHeader(entry.header, header))
    const [entry] = at < 0 ? [] : left.splice(at, 1)
    if (entry === undefined) writeHeader(header, table)
    else table.writeBytes(entry.bytes)
  }
  return table.take()
}

const saysSame = (entries: readonly TableEntry[], headers: readonly Header[]): boolean =>
  entries.length === headers.length &&
  entries.every(({ header }, at) => isSameHeader(header, headers[at] as Header))

const isSameHeader = ([name, value]: Header, [otherName, otherValue]: Header): boolean =>
  name === otherName && isSameText(value, otherValue)

const LONG_STRING = 'S'.charCodeAt(0)

function writeHeader([name, value]: Header, into: ByteWriter): void {
  const length = Buffer.byteLength(name)
  if (length > LONGEST_NAME)
    throw new RangeError(`the name of a header is ${length} bytes long, and ${LONGEST_NAME} is the most`)
  const content = typeof value === 'string' ? Buffer.from(value) : value
  into.writeByte(length)
  into.writeText(name)
  into.writeByte(LONG_STRING)
  for (let shift = 24; shift >= 0; shift -= 8) into.writeByte((content.length >>> shift) & 0xff)
  into.writeBytes(content)
}
