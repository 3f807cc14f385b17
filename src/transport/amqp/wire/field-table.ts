import { isUtf8 } from 'node:buffer'

// Field tables of AMQP 0-9-1 as RabbitMQ writes them: its errata to the specification give the types their letters. This file imports
// nothing of the project, so that any layer can use it.

/** The content of a table, as headers. */
export interface DecodedTable {
  /** In order, with repeats. A value that is neither text nor bytes is shown as text: a number, `true`, or JSON. */
  readonly headers: readonly (readonly [name: string, value: string | Uint8Array])[]
  /** `encodeTable` of the headers gives these very bytes back; otherwise only the table says everything. */
  readonly isExact: boolean
}

/** Bytes that are no table. */
export class TableError extends Error {}

/** JSON of tables and arrays goes so deep. What is deeper is shown as `…`. */
const DEEPEST = 32
const NO_HEADERS: DecodedTable = { headers: [], isExact: true }

/**
 * Decodes the content of a table, without its length.
 * @throws TableError for bytes that are no table
 */
export function decodeTable(bytes: Uint8Array): DecodedTable {
  if (bytes.length === 0) return NO_HEADERS
  const reader = new FieldReader(bytes, 0, bytes.length)
  const headers: (readonly [string, string | Uint8Array])[] = []
  while (reader.hasMore) {
    const name = reader.name()
    headers.push([name, reader.header()])
  }
  return { headers, isExact: reader.isExact }
}

/**
 * Encodes headers as the content of a table, without its length: texts as long strings, bytes as byte arrays.
 * @returns or why no table can hold them, as a sentence about a header
 */
export function encodeTable(
  headers: readonly (readonly [name: string, value: string | Uint8Array])[]
): Uint8Array | { readonly why: string } {
  let size = 0
  for (const [name, value] of headers) size += 6 + byteLength(name) + byteLength(value)
  const table = Buffer.allocUnsafe(size)
  let at = 0
  for (const [name, value] of headers) {
    const length = byteLength(name)
    if (length > 255) return { why: `the name of a header has ${length} bytes, and 255 are the most` }
    table[at++] = length
    at += table.write(name, at)
    table[at++] = typeof value === 'string' ? LONG_STRING : BYTE_ARRAY
    at = table.writeUInt32BE(byteLength(value), at)
    if (typeof value === 'string') at += table.write(value, at)
    else {
      table.set(value, at)
      at += value.length
    }
  }
  return table
}

const byteLength = (value: string | Uint8Array): number =>
  typeof value === 'string' ? Buffer.byteLength(value) : value.length

const LONG_STRING = 0x53
const BYTE_ARRAY = 0x78

class FieldReader {
  /** Nothing was read yet that headers cannot say. */
  isExact = true
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #end: number
  #at: number

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    this.#at = start
    this.#end = end
  }

  get hasMore(): boolean {
    return this.#at < this.#end
  }

  name(): string {
    const start = this.#skip(1)
    const bytes = this.#part(this.#bytes[start] as number)
    if (!isUtf8(bytes)) this.isExact = false
    return decode(bytes)
  }

  /** A value as that of a header. */
  header(): string | Uint8Array {
    const type = this.#type()
    if (type === 'S') {
      const bytes = this.#part(this.#view.getUint32(this.#skip(4)))
      const text = textOf(bytes)
      // Bytes are encoded as another type.
      if (text === undefined) this.isExact = false
      return text ?? bytes
    }
    if (type === 'x') return this.#part(this.#view.getUint32(this.#skip(4)))
    this.isExact = false
    return type === 'V' ? '' : this.#text(type, 0)
  }

  #type(): string {
    return String.fromCharCode(this.#bytes[this.#skip(1)] as number)
  }

  /** A value as JSON, which for numbers is the number itself. */
  #json(depth: number): string {
    const type = this.#type()
    if (type === 'V') return 'null'
    if (type !== 'S' && type !== 'x') return this.#text(type, depth)
    const bytes = this.#part(this.#view.getUint32(this.#skip(4)))
    const text = type === 'S' ? textOf(bytes) : undefined
    return JSON.stringify(text ?? Buffer.from(bytes).toString('base64'))
  }

  #text(type: string, depth: number): string {
    const view = this.#view
    switch (type) {
      case 't':
        return this.#bytes[this.#skip(1)] === 0 ? 'false' : 'true'
      case 'b':
        return String(view.getInt8(this.#skip(1)))
      case 'B':
        return String(view.getUint8(this.#skip(1)))
      case 's':
        return String(view.getInt16(this.#skip(2)))
      case 'u':
        return String(view.getUint16(this.#skip(2)))
      case 'I':
        return String(view.getInt32(this.#skip(4)))
      case 'i':
        return String(view.getUint32(this.#skip(4)))
      case 'l':
        return String(view.getBigInt64(this.#skip(8)))
      case 'L':
      case 'T':
        return String(view.getBigUint64(this.#skip(8)))
      case 'f':
        return numberText(view.getFloat32(this.#skip(4)), depth)
      case 'd':
        return numberText(view.getFloat64(this.#skip(8)), depth)
      case 'D':
        return decimalText(view.getUint8(this.#skip(1)), view.getInt32(this.#skip(4)))
      case 'F':
      case 'A':
        return this.#nested(type, depth)
      default:
        throw new TableError(`a field of the unknown type ${JSON.stringify(type)}`)
    }
  }

  #nested(type: 'F' | 'A', depth: number): string {
    const size = this.#view.getUint32(this.#skip(4))
    const start = this.#skip(size)
    if (depth === DEEPEST) return '"…"'
    const inner = new FieldReader(this.#bytes, start, start + size)
    const values: string[] = []
    while (inner.hasMore) {
      const name = type === 'F' ? `${JSON.stringify(inner.name())}:` : ''
      values.push(name + inner.#json(depth + 1))
    }
    return type === 'F' ? `{${values.join(',')}}` : `[${values.join(',')}]`
  }

  #part(size: number): Uint8Array {
    const start = this.#skip(size)
    return this.#bytes.subarray(start, start + size)
  }

  #skip(count: number): number {
    const start = this.#at
    if (start + count > this.#end) throw new TableError('a table that ends too early')
    this.#at = start + count
    return start
  }
}

function textOf(bytes: Uint8Array): string | undefined {
  const text = decode(bytes)
  // The publisher may have sent a replacement character as such, so its presence only asks for the full check.
  return text.includes('\uFFFD') && !isUtf8(bytes) ? undefined : text
}

const decode = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')

/** JSON has no text for what is not finite. */
const numberText = (value: number, depth: number): string =>
  Number.isFinite(value) || depth === 0 ? String(value) : JSON.stringify(String(value))

/** `scale` digits stand behind the point. */
function decimalText(scale: number, value: number): string {
  if (scale === 0) return String(value)
  const digits = String(Math.abs(value)).padStart(scale + 1, '0')
  return `${value < 0 ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}
