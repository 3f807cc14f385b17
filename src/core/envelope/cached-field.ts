import { badField } from './field-reader.js'
import { ends, isPresent, isSame, lineField, parseValue, starts } from './line-fields.js'

/** A field's value; what has the same bytes as in the line before is the same value, since lines come in runs that differ in little. */
export class CachedField<T> {
  /** Its bit for `hasAny`. */
  readonly bit: number
  readonly #field: number
  readonly #parse: (line: Uint8Array, start: number, end: number) => T
  #bytes: Uint8Array = new Uint8Array()
  #value: T | undefined

  /** @param parse is given where the value is, which is JSON */
  constructor(name: string, parse: (line: Uint8Array, start: number, end: number) => T) {
    this.#field = lineField(name)
    this.bit = 1 << this.#field
    this.#parse = parse
  }

  /** `undefined` if the line, whose fields were found, does not say it. */
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

/** A field whose JSON value must be what `accepts` says; `must` says so to the user. */
export function cachedField<T>(
  name: string,
  accepts: (value: unknown) => value is T,
  must: string
): CachedField<T> {
  return convertedField(name, (value) => (accepts(value) ? value : undefined), must)
}

/** A field whose JSON value is converted; `undefined`: it is not what it must be. */
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
