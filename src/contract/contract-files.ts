import { isJsonObject, type JsonObject, type JsonTree } from '../core/catalogue/json-tree.js'
import { TidingsError } from '../core/errors.js'
import { quoteName } from '../core/visible-text.js'
import { type Place, pointerOf } from './place.js'

/** So many files may belong to a contract. */
const MOST_FILES = 200
/** So many values may be in these files together. A document of 50,000 channels has two million. */
const MOST_VALUES = 3_000_000

/** Codes of failures that are about a reference as much as about the file that it names. */
const UNREAD = new Set(['no-such-file', 'unreadable-file'])

/** Reads a file of YAML or JSON. Every failure is a `TidingsError`. */
export type LoadTree = (path: string) => JsonTree

/** Members whose values are data and no schemas, so that a `$id` in them names nothing. */
const DATA = new Set(['enum', 'const', 'default', 'example', 'examples'])
/** Members whose members are named by the author of the document, so that their names are no keywords. */
const MAPS = new Set([
  'properties',
  'patternProperties',
  'dependentSchemas',
  '$defs',
  'definitions',
  'schemas'
])

/** The files of a contract: its own, and those that it refers to. Knows where each object of them stands. */
export class ContractFiles {
  readonly main: Place
  /** The places of objects with an `$id` or an anchor, in all files that were read. */
  readonly named: Place[] = []
  readonly #files = new Map<string, Place>()
  readonly #places = new Map<object, Place>()
  #values = 0

  /** @throws TidingsError of kind bad-input for a file that cannot be used */
  constructor(
    name: string,
    private readonly load: LoadTree
  ) {
    this.main = this.#open(name)
  }

  /** The place of a file's whole value. `from` is where the reference to the file stands. */
  file(name: string, from: Place): Place {
    const known = this.#files.get(name)
    if (known !== undefined) return known
    if (this.#files.size >= MOST_FILES)
      throw this.problem(from, `the document refers to more than ${MOST_FILES} files`)
    try {
      return this.#open(name)
    } catch (error) {
      const isUnread = error instanceof TidingsError && UNREAD.has(error.code)
      throw isUnread ? this.problem(from, error.message, error.suggestion) : error
    }
  }

  /** Where an object or list of one of the files stands. */
  placeOf(value: object): Place | undefined {
    return this.#places.get(value)
  }

  /** Says that an object, which is made of others, stands where one of these does. */
  remember(value: JsonObject, like: Place): Place {
    const place = { ...like, value }
    this.#places.set(value, place)
    return place
  }

  /** A member of an object or an item of a list; `undefined` where there is none. */
  child({ file, value, ...rest }: Place, step: string): Place | undefined {
    const member = memberOf(value, step)
    if (member === undefined) return undefined
    const known = typeof member === 'object' && member !== null ? this.#places.get(member) : undefined
    return known ?? { file, value: member, parent: { file, value, ...rest }, step }
  }

  /** A failure of kind bad-input for something in the document that cannot be used. */
  problem(place: Place, why: string, suggestion = 'correct the document, and check it again'): TidingsError {
    const pointer = pointerOf(place)
    const what = pointer === '' ? why : `${pointer}: ${why}`
    return new TidingsError('bad-input', `cannot use ${quoteName(place.file)}: ${what}`, {
      code: 'bad-contract',
      suggestion,
      details: { file: place.file, pointer }
    })
  }

  #open(name: string): Place {
    const root: Place = { file: name, value: this.load(name), step: '' }
    this.#files.set(name, root)
    this.#enter(root)
    return root
  }

  #enter(root: Place): void {
    this.#count(root)
    const waiting: { readonly place: Place; readonly isData: boolean; readonly isMap: boolean }[] = [
      { place: root, isData: false, isMap: false }
    ]
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { place, isData, isMap } = next
      const { file, value } = place
      const isObject = isJsonObject(value)
      if (!isObject && !Array.isArray(value)) continue
      this.#places.set(value, place)
      if (isObject && !isData && !isMap && isNamed(value)) this.named.push(place)
      for (const step of Array.isArray(value) ? value.keys() : Object.keys(value)) {
        this.#count(root)
        const member = (value as JsonObject)[step] as JsonTree
        // A list may have a million texts and numbers.
        if (!Array.isArray(member) && !isJsonObject(member)) continue
        waiting.push({
          place: { file, value: member, parent: place, step: String(step) },
          isData: isData || (isObject && !isMap && DATA.has(String(step))),
          isMap: isObject && !isMap && MAPS.has(String(step))
        })
      }
    }
  }

  #count(root: Place): void {
    if (++this.#values > MOST_VALUES)
      throw this.problem(root, `the document has more than ${MOST_VALUES} values`)
  }
}

const isNamed = ({ $id, $anchor, $dynamicAnchor, $recursiveAnchor, id }: JsonObject): boolean =>
  $recursiveAnchor === true || [$id, $anchor, $dynamicAnchor, id].some((name) => typeof name === 'string')

function memberOf(value: JsonTree, step: string): JsonTree | undefined {
  if (Array.isArray(value)) return /^(?:0|[1-9]\d{0,8})$/.test(step) ? value[Number(step)] : undefined
  return isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined
}
