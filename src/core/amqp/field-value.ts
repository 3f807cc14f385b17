import { type TextOrBytes, textOrBytes } from '../text-or-bytes.js'
import { asBuffer } from '../utf8.js'

/** A value in a table of AMQP. */
export interface FieldValue {
  /** The value as a header shows it. */
  readonly shown: TextOrBytes
  /** JSON would write the value as a string. */
  readonly isString: boolean
  /** Where the value ends. */
  readonly end: number
}

/** A name in a table, and its value. */
export interface NamedValue extends FieldValue {
  readonly name: string
  /** Where the name begins. */
  readonly start: number
  /** The character that says the value's type. */
  readonly type: string
}

/** The bytes are no table: they end too early, or have a type that is unknown. */
export class UnreadableTable extends Error {}

/** Tables and arrays deeper than this are not read: only an attack has them. */
const DEEPEST = 32

/** Reads the names and values from `at` to before `end`. @throws UnreadableTable */
export function readNamedValues(bytes: Buffer, at: number, end: number, depth = 0): NamedValue[] {
  const found: NamedValue[] = []
  while (at < end) {
    const start = at
    const nameEnd = within(at + 1 + byteAt(bytes, at, end), end)
    const name = bytes.toString('utf8', at + 1, nameEnd)
    const type = String.fromCharCode(byteAt(bytes, nameEnd, end))
    const value = readValue(bytes, nameEnd, end, depth)
    found.push({ ...value, name, start, type })
    at = value.end
  }
  return found
}

/** A fixed width in bytes, and how such a value is read. Types are those of RabbitMQ, which differ from the specification's. */
const FIXED: Readonly<
  Record<string, readonly [width: number, read: (bytes: Buffer, at: number) => string] | undefined>
> = {
  t: [1, (bytes, at) => String(bytes[at] !== 0)],
  b: [1, (bytes, at) => String(bytes.readInt8(at))],
  B: [1, (bytes, at) => String(bytes.readUInt8(at))],
  s: [2, (bytes, at) => String(bytes.readInt16BE(at))],
  u: [2, (bytes, at) => String(bytes.readUInt16BE(at))],
  I: [4, (bytes, at) => String(bytes.readInt32BE(at))],
  i: [4, (bytes, at) => String(bytes.readUInt32BE(at))],
  l: [8, (bytes, at) => String(bytes.readBigInt64BE(at))],
  f: [4, (bytes, at) => String(bytes.readFloatBE(at))],
  d: [8, (bytes, at) => String(bytes.readDoubleBE(at))],
  D: [5, (bytes, at) => decimal(bytes.readUInt32BE(at + 1), bytes.readUInt8(at))],
  T: [8, (bytes, at) => timestamp(bytes.readBigUInt64BE(at))],
  V: [0, () => 'null']
}

/** Reads a value whose type stands at `at`. */
function readValue(bytes: Buffer, at: number, end: number, depth: number): FieldValue {
  const type = String.fromCharCode(byteAt(bytes, at, end))
  const start = at + 1
  const fixed = FIXED[type]
  if (fixed !== undefined) {
    const [width, read] = fixed
    const valueEnd = within(start + width, end)
    const shown = read(bytes, start)
    return { shown, isString: type === 'T' || /[NI]/.test(shown), end: valueEnd }
  }
  const contentEnd = within(start + 4 + lengthAt(bytes, start, end), end)
  if (type === 'S' || type === 'x')
    return { shown: textOrBytes(bytes, start + 4, contentEnd), isString: true, end: contentEnd }
  if (depth === DEEPEST) throw new UnreadableTable()
  if (type === 'F')
    return {
      shown: jsonObject(readNamedValues(bytes, start + 4, contentEnd, depth + 1)),
      isString: false,
      end: contentEnd
    }
  if (type === 'A')
    return { shown: jsonArray(bytes, start + 4, contentEnd, depth + 1), isString: false, end: contentEnd }
  throw new UnreadableTable()
}

function jsonObject(members: readonly NamedValue[]): string {
  return `{${members.map((member) => `${JSON.stringify(member.name)}:${json(member)}`).join(',')}}`
}

function jsonArray(bytes: Buffer, start: number, end: number, depth: number): string {
  const values: string[] = []
  for (let at = start; at < end; ) {
    const value = readValue(bytes, at, end, depth)
    values.push(json(value))
    at = value.end
  }
  return `[${values.join(',')}]`
}

function json({ shown, isString }: FieldValue): string {
  if (typeof shown !== 'string') return `{"base64":"${asBuffer(shown).toString('base64')}"}`
  return isString ? JSON.stringify(shown) : shown
}

/** The decimal number of these digits, so many of which stand behind the point. */
function decimal(digits: number, scale: number): string {
  if (scale === 0) return String(digits)
  const text = String(digits).padStart(scale + 1, '0')
  return `${text.slice(0, -scale)}.${text.slice(-scale)}`
}

/** The last second that a date of JavaScript has. */
const LAST_SECOND = 8_640_000_000_000n

/** Seconds since 1970 as a date; as a number if no date is that late. */
function timestamp(seconds: bigint): string {
  if (seconds > LAST_SECOND) return String(seconds)
  return new Date(Number(seconds) * 1000).toISOString().replace('.000Z', 'Z')
}

function byteAt(bytes: Buffer, at: number, end: number): number {
  return bytes[within(at + 1, end) - 1] as number
}

function lengthAt(bytes: Buffer, at: number, end: number): number {
  within(at + 4, end)
  return bytes.readUInt32BE(at)
}

function within(at: number, end: number): number {
  if (at > end) throw new UnreadableTable()
  return at
}
