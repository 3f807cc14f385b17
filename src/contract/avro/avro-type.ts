import { isJsonObject, type JsonTree } from '../../core/catalogue/json-tree.js'
import { quoteName } from '../../core/visible-text.js'
import type { ContractFiles } from '../contract-files.js'
import type { Place } from '../place.js'
import type { References } from '../references.js'

const PRIMITIVES = ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'] as const
export type AvroPrimitive = (typeof PRIMITIVES)[number]

/** A field of a record. A field with a default may be missing in JSON. */
export interface AvroField {
  readonly name: string
  readonly type: AvroType
  readonly hasDefault: boolean
}

/** A type of Avro. What its logical types mean is not checked: a date is a whole number. */
export type AvroType =
  | { readonly kind: AvroPrimitive }
  | { readonly kind: 'record'; readonly name: string; readonly fields: readonly AvroField[] }
  | { readonly kind: 'enum'; readonly name: string; readonly symbols: readonly string[] }
  | { readonly kind: 'fixed'; readonly name: string; readonly size: number }
  | { readonly kind: 'array' | 'map'; readonly items: AvroType }
  | { readonly kind: 'union'; readonly branches: readonly AvroType[] }

/** The name of a type as JSON names it in a union. */
export const avroName = (type: AvroType): string => ('name' in type ? type.name : type.kind)

/** Reads a schema of Avro (the specification's "Schema Declaration"). A part of it may be a reference, as AsyncAPI has them. */
export class AvroReader {
  readonly #named = new Map<string, AvroType>()

  constructor(
    private readonly files: ContractFiles,
    private readonly references: References
  ) {}

  /** @throws TidingsError of kind bad-input, with the place of the mistake */
  read(at: Place, namespace = ''): AvroType {
    const place = this.references.follow(at)
    const { value } = place
    if (typeof value === 'string') return this.#byName(value, namespace, place)
    if (Array.isArray(value)) {
      if (value.length === 0) throw this.files.problem(place, 'a union must have a type')
      return { kind: 'union', branches: value.map((_, at) => this.#child(place, String(at), namespace)) }
    }
    if (!isJsonObject(value)) throw this.files.problem(place, 'it must be a type of Avro')
    switch (value.type) {
      case 'record':
      case 'error':
        return this.#record(place, namespace)
      case 'enum':
        return this.#remember(place, namespace, (name) => ({
          kind: 'enum',
          name,
          symbols: this.#symbols(place)
        }))
      case 'fixed':
        return this.#remember(place, namespace, (name) => ({ kind: 'fixed', name, size: this.#size(place) }))
      case 'array':
      case 'map':
        return {
          kind: value.type,
          items: this.#child(place, value.type === 'array' ? 'items' : 'values', namespace)
        }
      default:
        return this.#child(place, 'type', namespace)
    }
  }

  #byName(name: string, namespace: string, place: Place): AvroType {
    const primitive = PRIMITIVES.find((each) => each === name)
    if (primitive !== undefined) return { kind: primitive }
    const known = this.#named.get(fullName(name, namespace)) ?? this.#named.get(name)
    if (known === undefined) throw this.files.problem(place, `there is no type ${quoteName(name)}`)
    return known
  }

  #record(place: Place, namespace: string): AvroType {
    const fields: AvroField[] = []
    // A record may have fields of its own type, so its name is known before its fields are.
    const record = this.#remember(place, namespace, (name) => ({ kind: 'record', name, fields }))
    const name = avroName(record)
    const inner = name.includes('.') ? name.slice(0, name.lastIndexOf('.')) : ''
    const list = this.files.child(place, 'fields')
    if (list === undefined || !Array.isArray(list.value))
      throw this.files.problem(place, 'a record must have a list of fields')
    for (const [at, value] of list.value.entries()) {
      const field = this.files.child(list, String(at)) ?? list
      if (!isJsonObject(value) || typeof value.name !== 'string')
        throw this.files.problem(field, 'a field must have a name')
      fields.push({
        name: value.name,
        type: this.#child(field, 'type', inner),
        hasDefault: value.default !== undefined
      })
    }
    return record
  }

  #remember(place: Place, namespace: string, make: (name: string) => AvroType): AvroType {
    const { name, namespace: own } = isJsonObject(place.value) ? place.value : {}
    if (typeof name !== 'string') throw this.files.problem(place, 'the type must have a name')
    const full = fullName(name, typeof own === 'string' ? own : namespace)
    if (this.#named.has(full)) throw this.files.problem(place, `there are two types ${quoteName(full)}`)
    const type = make(full)
    this.#named.set(full, type)
    return type
  }

  #child(place: Place, step: string, namespace: string): AvroType {
    const child = this.files.child(place, step)
    if (child === undefined) throw this.files.problem(place, `it has no "${step}"`)
    return this.read(child, namespace)
  }

  #symbols(place: Place): readonly string[] {
    const symbols = isJsonObject(place.value) ? place.value.symbols : undefined
    const isList = Array.isArray(symbols) && symbols.length > 0
    if (!isList || !symbols.every((each: JsonTree) => typeof each === 'string'))
      throw this.files.problem(place, 'an enum must have a list of symbols')
    return symbols as string[]
  }

  #size(place: Place): number {
    const size = Number(isJsonObject(place.value) ? (place.value.size ?? Number.NaN) : Number.NaN)
    if (!Number.isSafeInteger(size) || size < 0)
      throw this.files.problem(place, 'a fixed type must have a size')
    return size
  }
}

const fullName = (name: string, namespace: string): string =>
  name.includes('.') || namespace === '' ? name : `${namespace}.${name}`
