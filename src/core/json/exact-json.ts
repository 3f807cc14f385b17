import { decodeUtf8 } from '../utf8.js'
import { type JsonFinding, newFinding, scanJsonString, scanJsonValue, skipWhiteSpace } from './json-scan.js'
import type { WantedJson } from './wanted-json.js'

/** A JSON value with exact numbers: a whole number is a bigint, another number a double. An object is a Map, which takes any name. */
export type ExactJson = null | boolean | bigint | number | string | ExactJson[] | Map<string, ExactJson>

/** Why a value is not read though it may be JSON. */
export type ExactJsonLimit = 'too deep' | 'too many values'

/** What has come of reading: a value; a limit that the text exceeds; or `undefined`, which says that the bytes are not JSON. */
export type ExactJsonRead = { readonly value: ExactJson } | { readonly limit: ExactJsonLimit } | undefined

/** Deeper values are not read: reading is recursive, and hostile messages must not exhaust the stack. */
const MOST_DEPTH = 200
/** So many values are built, which takes some 20 MB and 100 ms. What is not wanted is not built, and does not count. */
const MOST_VALUES = 200_000
/** The digits of a whole number that becomes a bigint. Longer ones become doubles: the time to read them grows with their square. */
const MOST_DIGITS = 20
/** Numbers with so many digits are exact as doubles. */
const SAFE_DIGITS = 15
const MOST_SAFE = 10 ** SAFE_DIGITS

const NOT_JSON = new Error('the bytes are not JSON')
const TOO_DEEP = new Error('too deep')
const TOO_MANY = new Error('too many values')

/**
 * Reads bytes that are exactly one JSON text (RFC 8259) in UTF-8. Of several members of one name, the last counts. Takes linear time.
 * @param wanted the members that are needed: an object gets those alone, and the others are only checked
 */
export function readExactJson(bytes: Uint8Array, wanted: WantedJson = 'all'): ExactJsonRead {
  try {
    return { value: new ExactReader(bytes).readAll(wanted) }
  } catch (error) {
    if (error === NOT_JSON) return undefined
    if (error === TOO_DEEP) return { limit: 'too deep' }
    if (error === TOO_MANY) return { limit: 'too many values' }
    throw error
  }
}

const found: JsonFinding = newFinding()

class ExactReader {
  #at = 0
  #values = 0

  constructor(private readonly bytes: Uint8Array) {}

  readAll(wanted: WantedJson): ExactJson {
    const value = this.#read(wanted, 0)
    if (this.#peek() !== undefined) throw NOT_JSON
    return value
  }

  /** The next byte that is not white space; `undefined` at the end. */
  #peek(): number | undefined {
    this.#at = skipWhiteSpace(this.bytes, this.#at, this.bytes.length, found)
    return this.bytes[this.#at]
  }

  #read(wanted: WantedJson, depth: number): ExactJson {
    const first = this.#peek()
    if (++this.#values > MOST_VALUES) throw TOO_MANY
    if (first === 0x7b) return this.#readObject(wanted, depth + 1)
    // Only an object has members.
    if (wanted !== 'all' && first === 0x5b) {
      this.#skip()
      return []
    }
    if (first === 0x5b) return this.#readArray(depth + 1)
    if (first === 0x22) return this.#readString()
    return this.#readScalar()
  }

  #readObject(wanted: WantedJson, depth: number): ExactJson {
    if (depth > MOST_DEPTH) throw TOO_DEEP
    const object = new Map<string, ExactJson>()
    this.#at++
    if (this.#peek() === 0x7d) {
      this.#at++
      return object
    }
    for (;;) {
      if (this.#peek() !== 0x22) throw NOT_JSON
      const start = this.#at
      this.#at = this.#endOfString()
      const end = this.#at
      if (this.#peek() !== 0x3a) throw NOT_JSON
      this.#at++
      if (wanted === 'all') object.set(this.#text(start, end), this.#read('all', depth))
      else {
        const member = wanted.find(this.bytes, start + 1, end - 1)
        if (member === undefined) this.#skip()
        else object.set(member.name, this.#read(member.wanted, depth))
      }
      const next = this.#peek()
      this.#at++
      if (next === 0x7d) return object
      if (next !== 0x2c) throw NOT_JSON
    }
  }

  #readArray(depth: number): ExactJson[] {
    if (depth > MOST_DEPTH) throw TOO_DEEP
    const array: ExactJson[] = []
    this.#at++
    if (this.#peek() === 0x5d) {
      this.#at++
      return array
    }
    for (;;) {
      array.push(this.#read('all', depth))
      const next = this.#peek()
      this.#at++
      if (next === 0x5d) return array
      if (next !== 0x2c) throw NOT_JSON
    }
  }

  #readString(): string {
    const start = this.#at
    this.#at = this.#endOfString()
    return this.#text(start, this.#at)
  }

  /** The offset after the string that starts here. */
  #endOfString(): number {
    const end = scanJsonString(this.bytes, this.#at, this.bytes.length, found)
    if (end < 0) throw NOT_JSON
    return end
  }

  /** The text of a string, whose quotes are at `start` and before `end`. */
  #text(start: number, end: number): string {
    const text = decodeUtf8(this.bytes, start + 1, end - 1)
    return text.includes('\\') ? String(JSON.parse(`"${text}"`)) : text
  }

  #skip(): void {
    if (!scanJsonValue(this.bytes, this.#at, this.bytes.length, found)) throw NOT_JSON
    this.#at = found.end
  }

  #readScalar(): null | boolean | bigint | number {
    const start = this.#at
    this.#skip()
    const first = this.bytes[start]
    if (first === 0x6e) return null
    if (first === 0x74 || first === 0x66) return first === 0x74
    return shortNumber(this.bytes, start, this.#at) ?? exactNumber(decodeUtf8(this.bytes, start, this.#at))
  }
}

const POWERS = Array.from({ length: SAFE_DIGITS + 1 }, (_, exponent) => 10 ** exponent)

/**
 * The number of the bytes from `start` to before `end`, if it has at most 15 digits and no exponent: such a number is exact, or is the
 * quotient of two exact ones, which is rounded once. It costs a tenth of making a string of the bytes first.
 */
function shortNumber(bytes: Uint8Array, start: number, end: number): bigint | number | undefined {
  const isNegative = bytes[start] === 0x2d
  const first = isNegative ? start + 1 : start
  if (end - first > SAFE_DIGITS + 1) return undefined
  let point = end
  let digits = 0
  for (let at = first; at < end; at++) {
    const byte = bytes[at] as number
    if (byte === 0x2e) point = at
    else if (byte > 0x39 || byte < 0x30) return undefined
    else digits = digits * 10 + byte - 0x30
  }
  if (digits > MOST_SAFE) return undefined
  const value = isNegative ? -digits : digits
  return point === end ? BigInt(value) : value / (POWERS[end - point - 1] as number)
}

function exactNumber(text: string): bigint | number {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at) | 0x20
    // A point or an exponent.
    if (code === 0x2e || code === 0x65) return Number(text)
  }
  const digits = text.startsWith('-') ? text.length - 1 : text.length
  return digits > MOST_DIGITS ? Number(text) : BigInt(text)
}
