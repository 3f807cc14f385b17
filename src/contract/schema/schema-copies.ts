import { isJsonObject, JsonNumber, type JsonTree } from '../../core/catalogue/json-tree.js'
import type { ContractFiles } from '../contract-files.js'
import type { Place } from '../place.js'
import { type Draft, KEYWORDS, type Keyword } from './keywords.js'
import type { MemberNeeds } from './member-needs.js'
import type { Json } from './same-values.js'
import type { SchemaReader } from './schema-reader.js'
import { MOST_TOGETHER, takeWideKeywords } from './wide-keywords.js'

/** A schema as Ajv gets it. */
export type SchemaCopy = Record<string, unknown>

/** A list of values with more than this, or with objects, is looked up and not compared one by one. */
const MOST_COMPARED = 50

/**
 * Copies schemas for Ajv. A copy has the keywords alone that its draft knows, so that no other word of a document means anything to Ajv.
 * A reference leads to a copy with a number for its name.
 */
export class SchemaCopies {
  readonly #ids = new Map<JsonTree, string>()
  readonly #originals = new Map<string, Place>()
  readonly #made = new Map<string, { readonly copy: SchemaCopy; readonly needs: ReadonlySet<string> }>()
  readonly #places = new Map<unknown, Place>()

  constructor(
    private readonly files: ContractFiles,
    private readonly reader: SchemaReader,
    private readonly draft: Draft
  ) {}

  /** The name of the copy of the schema at a place. The schema must have been read. */
  idOf(place: Place): string {
    const known = this.#ids.get(place.value)
    if (known !== undefined) return known
    const id = `tidings:/${this.#ids.size}`
    this.#ids.set(place.value, id)
    this.#originals.set(id, place)
    return id
  }

  /** The names of all copies that one needs, itself included, with the copies. */
  *allOf(id: string): Iterable<readonly [id: string, copy: SchemaCopy]> {
    const wanted = new Set([id])
    for (const each of wanted) {
      const { copy, needs } = this.#made.get(each) ?? this.#make(each)
      for (const need of needs) wanted.add(need)
      yield [each, copy]
    }
  }

  /** Where the schema stands that this is a copy of. */
  placeOf(copy: unknown): Place | undefined {
    return this.#places.get(copy)
  }

  #make(id: string) {
    const place = this.#originals.get(id) as Place
    const needs = new Set<string>()
    const copy = { enteredByReference: true, ...this.#copy(place, needs) }
    this.#places.set(copy, place)
    const made = { copy, needs }
    this.#made.set(id, made)
    return made
  }

  #copy(place: Place, needs: Set<string>): SchemaCopy {
    const schema = this.reader.schemaAt(place, this.draft)
    const copy: SchemaCopy = place.value === false ? { not: {} } : {}
    this.#places.set(copy, place)
    for (const [keyword, value] of schema?.keywords ?? []) {
      const target = schema?.targets.get(keyword.name)
      if (target === undefined) this.#copyKeyword(copy, keyword, value, needs)
      else this.#copyReference(copy, target, needs)
    }
    for (const group of takeWideKeywords(copy)) this.#addToAll(copy, this.#idOfGroup(group, place, needs))
    if (this.draft === 'draft-04') makeBoundsExclusive(copy)
    const isWide = Object.keys(copy.properties ?? {}).length > MOST_TOGETHER
    if (
      copy.patternProperties !== undefined
        ? KEYWORDS[this.draft].has('unevaluatedProperties')
        : isWide && copy.unevaluatedProperties !== undefined
    )
      copy.notesMembers = true
    return copy
  }

  #copyReference(copy: SchemaCopy, target: Place, needs: Set<string>): void {
    const id = this.idOf(target)
    needs.add(id)
    if (copy.$ref === undefined) copy.$ref = id
    else this.#addToAll(copy, id)
  }

  #addToAll(copy: SchemaCopy, id: string): void {
    copy.allOf = [...((copy.allOf as unknown[] | undefined) ?? []), { $ref: id }]
  }

  /** Makes a copy of its own of a part of the schema at a place. */
  #idOfGroup(copy: SchemaCopy, place: Place, needs: Set<string>): string {
    const id = `tidings:/group/${this.#made.size}`
    needs.add(id)
    this.#places.set(copy, place)
    this.#made.set(id, { copy, needs: new Set() })
    return id
  }

  #copyKeyword(copy: SchemaCopy, { name, shape }: Keyword, place: Place, needs: Set<string>): void {
    const { value } = place
    const child = (step: string) => this.files.child(place, step) as Place
    const list = () => (value as JsonTree[]).map((_, at) => this.#copy(child(String(at)), needs))
    switch (shape) {
      case 'schema':
      case 'schema or schemas':
        copy[name] = Array.isArray(value) ? list() : this.#part(name, place, needs)
        break
      case 'schemas':
        copy[name] = [...((copy[name] as unknown[] | undefined) ?? []), ...list()]
        break
      case 'schema map':
      case 'schema map by pattern':
      case 'schemas or names':
        for (const member of isJsonObject(value) ? Object.keys(value) : []) {
          const part = child(member)
          if (Array.isArray(part.value)) {
            addNeeds(copy, { rule: 'dependencies', member, needed: part.value as string[] })
            continue
          }
          const written = this.#copy(part, needs)
          // JavaScript takes a member of this name for something else.
          if (member === '__proto__' && name === 'properties')
            putInto(copy, 'patternProperties', '^__proto__$', written)
          else putInto(copy, name, member, written)
        }
        copy[name] ??= {}
        break
      case 'value':
      case 'values':
        Object.assign(copy, valuesKeyword(name, plainValue(value) as Json))
        break
      case 'flag':
        if (value === true) copy[name === 'uniqueItems' ? 'differentItems' : name] = true
        break
      case 'names':
        copy[name] = (value as readonly string[]).filter((member) => member !== '')
        if ((value as readonly string[]).includes('')) copy.requiresUnnamed = true
        break
      case 'names map':
        for (const [member, needed] of Object.entries(value as Record<string, string[]>))
          addNeeds(copy, { rule: 'dependentRequired', member, needed })
        break
      case 'positive number':
        copy.wholeTimes = plainValue(value)
        break
      default:
        copy[name] = plainValue(value)
    }
  }

  /** `false` for members or items that are not described says itself what is wrong. */
  #part(name: string, place: Place, needs: Set<string>): unknown {
    const isPlain = /^(?:additional|unevaluated)/.test(name) && typeof place.value === 'boolean'
    return isPlain ? place.value : this.#copy(place, needs)
  }
}

function putInto(copy: SchemaCopy, name: string, member: string, value: unknown): void {
  copy[name] ??= {}
  Object.defineProperty(copy[name], member, { value, enumerable: true, configurable: true, writable: true })
}

function addNeeds(copy: SchemaCopy, needs: MemberNeeds): void {
  const known = copy.needsMembers as MemberNeeds[] | undefined
  if (known === undefined) copy.needsMembers = [needs]
  else known.push(needs)
}

function valuesKeyword(name: string, value: Json): SchemaCopy {
  const values = name === 'enum' && Array.isArray(value) ? value : [value]
  const isShort = values.length > 0 && values.length <= MOST_COMPARED
  const areSimple = values.every((each) => typeof each !== 'object' || each === null)
  if (isShort && areSimple) return { [name]: value }
  return name === 'enum' ? { oneOfMany: values } : { sameAs: value }
}

/** Draft 4 says by a flag that a bound is not within. */
function makeBoundsExclusive(copy: SchemaCopy): void {
  for (const [bound, flag] of [
    ['maximum', 'exclusiveMaximum'],
    ['minimum', 'exclusiveMinimum']
  ] as const) {
    const isExclusive = copy[flag] === true
    delete copy[flag]
    if (!isExclusive || copy[bound] === undefined) continue
    copy[flag] = copy[bound]
    delete copy[bound]
  }
}

/** A value of a document as JavaScript has it. */
export function plainValue(value: JsonTree): Json {
  if (value instanceof JsonNumber) return Number(value)
  if (Array.isArray(value)) return value.map(plainValue)
  if (!isJsonObject(value)) return value
  const object: { [name: string]: Json } = {}
  for (const [name, member] of Object.entries(value))
    Object.defineProperty(object, name, {
      value: plainValue(member),
      enumerable: true,
      configurable: true,
      writable: true
    })
  return object
}
