import { counted } from '../../core/counted.js'
import type { Json } from '../schema/same-values.js'
import { choiceInWords, valueInWords } from '../words/value-words.js'
import type { WorkBudget } from '../work-budget.js'
import { type AvroMistake, AvroPath, mistakeOf } from './avro-mistake.js'
import { type AvroPrimitive, type AvroType, avroName } from './avro-type.js'

const isWhole = (value: Json, bits: number): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= -(2 ** bits) && value <= 2 ** bits
const isText = (value: Json): value is string => typeof value === 'string'
/** Bytes are written as a text with a character for each of them. */
const isBytes = (value: Json): value is string => isText(value) && !/[^\0-\xff]/.test(value)
const isDecimal = (value: Json): boolean =>
  typeof value === 'number' || value === 'NaN' || value === 'Infinity' || value === '-Infinity'

const PRIMITIVES: Readonly<
  Record<AvroPrimitive, readonly [words: string, accepts: (value: Json) => boolean]>
> = {
  null: ['null', (value) => value === null],
  boolean: ['true or false', (value) => typeof value === 'boolean'],
  int: ['a whole number of 32 bits', (value) => isWhole(value, 31) && value !== 2 ** 31],
  long: ['a whole number of 64 bits', (value) => isWhole(value, 63)],
  float: ['a number', isDecimal],
  double: ['a number', isDecimal],
  bytes: ['bytes as a text', isBytes],
  string: ['a text', isText]
}

/**
 * Checks that JSON is a value of a type in Avro's JSON encoding. Two things are also taken that many programs write: a value of a union
 * without the name of its type, and a record without fields that have a default.
 * @throws AvroMistake for another value; Error where the work exceeds its budget
 */
export function checkAvroJson(type: AvroType, value: Json, budget: WorkBudget): void {
  new JsonCheck(budget).value(type, value)
}

class JsonCheck {
  #path = new AvroPath()

  constructor(private readonly budget: WorkBudget) {}

  value(type: AvroType, value: Json): void {
    this.budget.step()
    switch (type.kind) {
      case 'record':
        this.#record(type, value)
        return
      case 'enum':
        this.#want(isText(value) && type.symbols.includes(value), choiceInWords(type.symbols), value)
        return
      case 'fixed':
        this.#want(isBytes(value) && value.length === type.size, counted(type.size, 'byte'), value)
        return
      case 'array':
        if (!Array.isArray(value)) throw this.#path.mistake('a list', valueInWords(value))
        for (const [at, item] of value.entries()) this.#within(at, type.items, item)
        return
      case 'map':
        for (const [name, member] of Object.entries(this.#object(value)))
          this.#within(name, type.items, member)
        return
      case 'union':
        this.#union(type.branches, value)
        return
      default: {
        const [words, accepts] = PRIMITIVES[type.kind]
        this.#want(accepts(value), words, value)
      }
    }
  }

  #record({ fields }: Extract<AvroType, { kind: 'record' }>, value: Json): void {
    const object = this.#object(value)
    const names = new Set(fields.map(({ name }) => name))
    for (const { name, type, hasDefault } of fields) {
      const member = Object.hasOwn(object, name) ? object[name] : undefined
      if (member !== undefined) this.#within(name, type, member)
      else if (!hasDefault) throw this.#path.mistake(`the member ${JSON.stringify(name)}`, 'nothing')
    }
    const other = Object.keys(object).find((name) => !names.has(name))
    if (other === undefined) return
    this.#path.enter(other)
    throw this.#path.mistake('no such member', valueInWords(object[other]))
  }

  #union(branches: readonly AvroType[], value: Json): void {
    const [name, member] = onlyMember(value) ?? []
    const named = branches.find((branch) => branch.kind !== 'null' && name === avroName(branch))
    if (named !== undefined && member !== undefined) {
      const mistake = this.#mistakeOf(() => this.#within(name ?? '', named, member))
      if (mistake === undefined) return
      if (branches.every((branch) => this.#mistakeOf(() => this.value(branch, value)) !== undefined))
        throw mistake
      return
    }
    if (branches.some((branch) => this.#mistakeOf(() => this.value(branch, value)) === undefined)) return
    throw this.#path.mistake(`one of the types ${branches.map(avroName).join(', ')}`, valueInWords(value))
  }

  /** What is wrong with one of several types; `undefined` if nothing is. */
  #mistakeOf(check: () => void): AvroMistake | undefined {
    const path = this.#path
    this.#path = path.copy()
    try {
      return mistakeOf(check)
    } finally {
      this.#path = path
    }
  }

  #within(step: string | number, type: AvroType, value: Json): void {
    this.#path.enter(step)
    this.value(type, value)
    this.#path.leave()
  }

  #object(value: Json): { [name: string]: Json } {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
    throw this.#path.mistake('an object', valueInWords(value))
  }

  #want(isSo: boolean, expected: string, value: Json): void {
    if (!isSo) throw this.#path.mistake(expected, valueInWords(value))
  }
}

function onlyMember(value: Json): readonly [string, Json] | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const [first, second] = Object.entries(value)
  return second === undefined ? first : undefined
}
