import { counted } from '../../core/counted.js'
import { decodeUtf8, isUtf8 } from '../../core/utf8.js'
import type { WorkBudget } from '../work-budget.js'
import { type AvroMistake, AvroPath } from './avro-mistake.js'
import type { AvroType } from './avro-type.js'

/**
 * Checks that bytes are one value of a type in Avro's binary encoding, and nothing else. Each item counts, also one without bytes: six
 * bytes may claim a list of 2^31 nulls.
 * @throws AvroMistake for other bytes; Error where the work exceeds its budget
 */
export function checkAvroBinary(type: AvroType, bytes: Uint8Array, budget: WorkBudget): void {
  const check = new BinaryCheck(bytes, budget)
  check.value(type)
  check.end()
}

class BinaryCheck {
  #at = 0
  readonly #path = new AvroPath()

  constructor(
    private readonly bytes: Uint8Array,
    private readonly budget: WorkBudget
  ) {}

  value(type: AvroType): void {
    this.budget.step()
    switch (type.kind) {
      case 'null':
        return
      case 'boolean':
        this.#boolean()
        return
      case 'int':
        this.#whole('a whole number of 32 bits', 31n)
        return
      case 'long':
        this.#whole('a whole number of 64 bits', 63n)
        return
      case 'float':
        this.#skip(4, 'a number of 4 bytes')
        return
      case 'double':
        this.#skip(8, 'a number of 8 bytes')
        return
      case 'bytes':
        this.#skip(this.#size(), 'bytes')
        return
      case 'string':
        this.#text()
        return
      case 'fixed':
        this.#skip(type.size, counted(type.size, 'byte'))
        return
      case 'enum':
        this.#index(type.symbols.length, 'symbol')
        return
      case 'union':
        this.value(type.branches[this.#index(type.branches.length, 'type')] as AvroType)
        return
      case 'record':
        for (const { name, type: of } of type.fields) this.#within(name, of)
        return
      default:
        this.#blocks(type)
    }
  }

  /** Nothing may stand behind the value. */
  end(): void {
    const rest = this.bytes.length - this.#at
    if (rest > 0) throw this.#mistake('nothing after the value', counted(rest, 'byte'))
  }

  #within(step: string | number, type: AvroType): void {
    this.#path.enter(step)
    this.value(type)
    this.#path.leave()
  }

  #boolean(): void {
    const byte = this.bytes[this.#at]
    if (byte !== 0 && byte !== 1) throw this.#mistake('true or false: a byte 1 or 0', this.#next())
    this.#at++
  }

  /** Items come in blocks. A block may say first how many bytes it has, and the last block has no item. */
  #blocks({ kind, items }: Extract<AvroType, { kind: 'array' | 'map' }>): void {
    let at = 0
    for (;;) {
      const count = this.#whole('how many items follow', 63n)
      if (count === 0n) return
      if (count < 0n) this.#whole('how many bytes the items have', 63n)
      for (let left = count < 0n ? -count : count; left > 0n; left--) {
        this.#within(kind === 'map' ? this.#text() : at, items)
        at++
      }
    }
  }

  #text(): string {
    const size = this.#size()
    const from = this.#at
    this.#skip(size, 'a text')
    const text = this.bytes.subarray(from, this.#at)
    if (!isUtf8(text)) throw this.#mistake('a text in UTF-8', 'other bytes')
    return decodeUtf8(text)
  }

  #size(): number {
    const size = this.#whole('a size', 63n)
    if (size < 0n) throw this.#mistake('a size', String(size))
    return Number(size)
  }

  #index(count: number, what: string): number {
    const index = this.#whole(`the position of a ${what}`, 31n)
    if (index >= 0n && index < BigInt(count)) return Number(index)
    throw this.#mistake(`the position of a ${what}, from 0 to ${count - 1}`, String(index))
  }

  #skip(size: number, what: string): void {
    if (size > this.bytes.length - this.#at) throw this.#mistake(what, this.#next())
    this.#at += size
  }

  /** A whole number of at most `bits` bits and a sign: seven bits in each byte, the lowest first, in zig-zag order. */
  #whole(what: string, bits: bigint): bigint {
    let value = 0n
    for (let shift = 0n; shift <= 63n; shift += 7n) {
      const byte = this.bytes[this.#at]
      if (byte === undefined) throw this.#mistake(what, this.#next())
      this.#at++
      value |= BigInt(byte & 0x7f) << shift
      if (byte >= 0x80) continue
      if (value >> (bits + 1n) !== 0n) break
      return (value >> 1n) ^ -(value & 1n)
    }
    throw this.#mistake(what, 'a larger number')
  }

  #mistake(expected: string, found: string): AvroMistake {
    return this.#path.mistake(expected, found, this.#at)
  }

  #next(): string {
    const rest = this.bytes.length - this.#at
    return rest === 0 ? 'the end of the payload' : `${counted(rest, 'more byte')}`
  }
}
