import { badField } from './field-reader.js'
import { ends, isPresent, isSame, lineField, parseValue, starts } from './line-fields.js'

/** Reads one field of envelope lines. It parses the field only if its bytes differ from the line before, because lines differ in little. */
export class CachedField<T> {
  /** The field's bit for `hasAny`. */
  readonly bit: number
  readonly #field: number
  readonly #parse: (line: Uint8Array, start: number, end: number) => T
  #bytes: Uint8Array = new Uint8Array()
  #value: T | undefined

  /** @param parse parses the field's value, which is JSON from `start` to before `end` */
  constructor(name: string, parse: (line: Uint8Array, start: number, end: number) => T) {
    this.#field = lineField(name)
    this.bit = 1 << this.#field
    this.#parse = parse
  }

  /** The field's value; `undefined` if the line does not have the field. `findFields` must have searched the line. */
  read(line: Uint8Array): T | undefined {
    if (!isPresent(line, this.#field)) return undefined
    const start = starts[this.#field] as number
    const end = ends[this.#field] as number
    if (isSame(this.#bytes, line, start, end)) return this.#value
    const value = this.#parse(line, start, end)
    this.#bytes = line.slice(start, end)
    this.#value = value
    return value
  }
}

/** A field whose JSON value must pass `accepts`; otherwise the error tells the user `must`. */
export function cachedField<T>(
  name: string,
  accepts: (value: unknown) => value is T,
  must: string
): CachedField<T> {
  return convertedField(name, (value) => (accepts(value) ? value : undefined), must)
}

/** A field whose JSON value is converted. If `convert` returns `undefined`, the error tells the user `must`. */
export function convertedField<T>(
  name: string,
  convert: (value: unknown) => T | undefined,
  must: string
): CachedField<T> {
  return new CachedField(name, (line, start, end) => {
    const value = parseValue(line, start, end)
    const converted = convert(value)
    if (converted === undefined) throw badField(name, value, must)
    return converted
  })
}
