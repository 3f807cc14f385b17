import { isJsonObject, JsonNumber, type JsonTree } from '../../core/catalogue/json-tree.js'
import { quoteName } from '../../core/visible-text.js'
import type { ContractFiles } from '../contract-files.js'
import { type Place, pointerOf } from '../place.js'
import type { References } from '../references.js'
import { IdleKeywords } from './idle-keywords.js'
import { isSchema, whyNotShape } from './keyword-shapes.js'
import { type Draft, KEYWORDS, type Keyword, refStandsAlone } from './keywords.js'
import type { Patterns } from './patterns.js'

/** A schema of a document, and the draft that it is of. */
export interface SchemaUse {
  readonly place: Place
  readonly draft: Draft
}

/** A schema that was read: its keywords, the places of their values, and what its references mean. */
export interface ReadSchema {
  readonly place: Place
  readonly keywords: readonly (readonly [keyword: Keyword, value: Place])[]
  readonly targets: ReadonlyMap<string, Place>
}

/** So many schemas may be read for one value: compiling each takes some 0.3 ms and 5 kB. */
const MOST_SCHEMAS = 20_000
/** More schemas of one of these keywords would overflow the stack when they are compiled, because the code of each is in that of the one before. */
const MOST_IN_ORDER = 1000
const IN_ORDER = ['oneOf', 'patternProperties', 'prefixItems', 'items']

const REFERENCES = ['$ref', '$recursiveRef', '$dynamicRef']

/** Reads schemas and all that they refer to, and refuses what cannot be checked. */
export class SchemaReader {
  /** Places of numbers that a double cannot hold, so that they are compared as rounded. */
  readonly rounded: Place[] = []
  /** Places of references that mean different things in different places, and are taken to mean one. */
  readonly dynamic: Place[] = []
  /** Members that are not checked, although they look like keywords. */
  readonly idle = new IdleKeywords()
  /** Schemas that lead back to themselves by no way. */
  readonly #straight = new Set<ReadSchema>()
  readonly #read = new Map<Draft, Map<JsonTree, ReadSchema>>()

  constructor(
    private readonly files: ContractFiles,
    private readonly references: References,
    private readonly patterns: Patterns
  ) {}

  /** The schema at a place, which `read` was given or has reached; `undefined` for `true` and `false`. */
  schemaAt(place: Place, draft: Draft): ReadSchema | undefined {
    return this.#read.get(draft)?.get(place.value)
  }

  /** Whether a schema says that a value may be a text, so that not only JSON is meant. */
  describesText({ place, draft }: SchemaUse): boolean {
    let at: Place | undefined = place
    for (const seen = new Set<Place>(); at !== undefined && !seen.has(at); ) {
      seen.add(at)
      const schema: ReadSchema | undefined = this.schemaAt(at, draft)
      const type = schema?.keywords.find(([{ name }]) => name === 'type')?.[1].value
      if (type !== undefined) return [type].flat().includes('string')
      at = schema?.targets.get('$ref')
    }
    return false
  }

  /**
   * Reads the schema at a place and what it refers to.
   * @throws TidingsError of kind bad-input, with the place of the mistake
   */
  read(place: Place, draft: Draft): void {
    const known = this.#read.get(draft) ?? new Map<JsonTree, ReadSchema>()
    this.#read.set(draft, known)
    const added: Place[] = []
    const waiting = [place]
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (typeof next.value === 'boolean' || known.has(next.value)) continue
      if (!isSchema(next.value)) throw this.files.problem(next, 'a schema is an object, true or false')
      const schema = this.#readOne(next, draft)
      known.set(next.value, schema)
      added.push(next)
      if (added.length > MOST_SCHEMAS)
        throw this.files.problem(place, `it is made of more than ${MOST_SCHEMAS} schemas`)
      waiting.push(...this.#parts(schema), ...schema.targets.values())
    }
    this.#refuseCircles(added, draft)
  }

  #readOne(place: Place, draft: Draft): ReadSchema {
    const members = isJsonObject(place.value) ? Object.keys(place.value) : []
    const isAlone = refStandsAlone(draft) && members.includes('$ref')
    const keywords: (readonly [Keyword, Place])[] = []
    const targets = new Map<string, Place>()
    for (const name of members) {
      const keyword = KEYWORDS[draft].get(name)
      const value = this.files.child(place, name)
      if (value === undefined) continue
      if (isAlone && name !== '$ref') {
        if (keyword !== undefined) this.idle.noteBesideReference(name, draft, value)
        continue
      }
      if (keyword === undefined) {
        this.idle.note(name, draft, value)
        continue
      }
      const why =
        tupleOfNewDraft(keyword, value, draft) ??
        whyNotShape(keyword.shape, value.value) ??
        whyTooWide(name, value)
      if (why !== undefined) throw this.files.problem(value, why)
      keywords.push([keyword, value])
      this.#readValue(keyword, value)
      if (REFERENCES.includes(name)) targets.set(name, this.references.target(place, String(value.value)))
      if (this.#isAmbiguous(name, value.value)) this.dynamic.push(value)
    }
    return { place, keywords, targets }
  }

  /** Whether a reference means the outermost of several schemas with its name. */
  #isAmbiguous(keyword: string, reference: JsonTree): boolean {
    if (typeof reference !== 'string') return false
    if (keyword !== '$dynamicRef' && keyword !== '$recursiveRef') return false
    const anchor = reference.slice(reference.indexOf('#') + 1)
    const candidates = this.files.named.filter(({ value }) => {
      if (!isJsonObject(value)) return false
      return keyword === '$recursiveRef' ? value.$recursiveAnchor === true : value.$dynamicAnchor === anchor
    })
    return candidates.length > 1
  }

  #readValue({ name, shape }: Keyword, value: Place): void {
    if (name === 'format') this.idle.noteFormat(String(value.value), value)
    if (shape === 'pattern') this.#readPattern(String(value.value), value)
    if (shape === 'schema map by pattern' && isJsonObject(value.value))
      for (const name of Object.keys(value.value))
        this.#readPattern(name, this.files.child(value, name) ?? value)
    const values = shape === 'values' && Array.isArray(value.value) ? value.value : [value.value]
    if (values.some(isRounded)) this.rounded.push(value)
  }

  #readPattern(pattern: string, place: Place): void {
    const why = this.patterns.whyNot(pattern)
    if (why !== undefined)
      throw this.files.problem(
        place,
        `the pattern ${quoteName(pattern)} cannot be matched in bounded time: ${why}`
      )
  }

  /** The schemas in the values of keywords. */
  *#parts({ keywords }: ReadSchema, sameOnly = false): Iterable<Place> {
    for (const [{ shape, isSame }, value] of keywords) {
      if (!shape.includes('schema') || (sameOnly && !isSame)) continue
      if (shape === 'schema' || (shape === 'schema or schemas' && !Array.isArray(value.value))) {
        yield value
        continue
      }
      for (const name of Object.keys(value.value ?? {})) {
        const part = this.files.child(value, name)
        if (part !== undefined && isSchema(part.value)) yield part
      }
    }
  }

  /** A schema that asks of a value what it asks of the same value again would never come to an end. */
  #refuseCircles(added: readonly Place[], draft: Draft): void {
    const open = new Set<JsonTree>()
    for (const start of added) {
      const path: { readonly place: Place; readonly next: Iterator<Place> }[] = []
      const enter = (place: Place) => {
        const schema = this.schemaAt(place, draft)
        if (schema === undefined || this.#straight.has(schema)) return
        if (open.has(place.value))
          throw this.files.problem(place, 'the schema leads back to itself without end')
        open.add(place.value)
        path.push({ place, next: [...schema.targets.values(), ...this.#parts(schema, true)].values() })
      }
      enter(start)
      for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
        const { done: isDone, value } = top.next.next()
        if (!isDone) {
          enter(value)
          continue
        }
        path.pop()
        open.delete(top.place.value)
        const schema = this.schemaAt(top.place, draft)
        if (schema !== undefined) this.#straight.add(schema)
      }
    }
  }
}

function tupleOfNewDraft({ name }: Keyword, { value }: Place, draft: Draft): string | undefined {
  if (name !== 'items' || draft !== '2020-12' || !Array.isArray(value)) return undefined
  return 'a list of schemas is called "prefixItems" in draft 2020-12; name an earlier draft in "$schema"'
}

function whyTooWide(keyword: string, { value }: Place): string | undefined {
  if (!IN_ORDER.includes(keyword) || typeof value !== 'object' || value === null) return undefined
  if (keyword === 'items' && !Array.isArray(value)) return undefined
  return Object.keys(value).length > MOST_IN_ORDER ? `it has more than ${MOST_IN_ORDER} schemas` : undefined
}

/** Whether a number is a whole one that a double cannot hold. */
function isRounded(value: JsonTree): boolean {
  if (!(value instanceof JsonNumber) || !/^-?\d{16,400}$/.test(value.text)) return false
  return BigInt(value.text) !== BigInt(Number(value.text))
}

/** The places, as a sentence names them: the first ones, and how many more there are. */
export function placesInWords(places: readonly Place[]): string {
  const first = places.slice(0, 3).map(pointerOf).join(', ')
  return places.length > 3 ? `${first} and ${places.length - 3} more` : first
}
