import type { ContractFiles } from '../contract-files.js'
import type { Place } from '../place.js'
import type { Json } from './same-values.js'
import type { SchemaReader, SchemaUse } from './schema-reader.js'

/** So many schemas are looked into for the members of one. */
const MOST_SCHEMAS = 100
/** More members do not tell one description from another. */
const MOST_STRANGE = 9

/** The members that a schema describes and asks for. */
interface Members {
  readonly described: ReadonlySet<string>
  readonly required: readonly string[]
}

/** Knows which members schemas describe, so that an object is compared with the description that it was meant to fit. */
export class DescribedMembers {
  readonly #known = new WeakMap<object, Members>()

  constructor(
    private readonly files: ContractFiles,
    private readonly reader: SchemaReader
  ) {}

  /** How many members an object has that a schema does not describe, and lacks that it asks for; not more than 9. */
  strangeness(schema: SchemaUse, value: Json): number {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return 0
    const { described, required } = this.#membersOf(schema)
    let strange = 0
    for (const name of required) {
      if (strange < MOST_STRANGE && !Object.hasOwn(value, name)) strange++
    }
    if (described.size === 0) return strange
    for (const name in value) {
      if (strange >= MOST_STRANGE) break
      if (!described.has(name)) strange++
    }
    return strange
  }

  #membersOf({ place, draft }: SchemaUse): Members {
    const { value } = place
    if (typeof value !== 'object' || value === null) return { described: new Set(), required: [] }
    const known = this.#known.get(value)
    if (known !== undefined) return known
    const described = new Set<string>()
    const required = new Set<string>()
    const parts = new Set<Place>([place])
    for (const part of parts) {
      const schema = this.reader.schemaAt(part, draft)
      for (const target of schema?.targets.values() ?? []) parts.add(target)
      for (const [{ name }, value] of schema?.keywords ?? []) {
        const names = Array.isArray(value.value) ? value.value : Object.keys(value.value ?? {})
        if (name === 'required') for (const each of names) required.add(String(each))
        if (name === 'properties') for (const each of names) described.add(String(each))
        if (name === 'allOf') for (const at of names.keys()) this.#add(parts, value, String(at))
      }
      if (parts.size > MOST_SCHEMAS) break
    }
    for (const each of required) described.add(each)
    const members = { described, required: [...required] }
    this.#known.set(value, members)
    return members
  }

  #add(parts: Set<Place>, list: Place, at: string): void {
    const part = this.files.child(list, at)
    if (part !== undefined) parts.add(part)
  }
}
