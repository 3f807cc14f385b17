import type { ErrorObject } from 'ajv'
import type { ContractFiles } from '../contract-files.js'
import type { Place } from '../place.js'
import type { WorkBudget } from '../work-budget.js'
import { type AjvClass, type AjvCore, type Compiling, loadAjv, makeAjv } from './ajv-instance.js'
import { DescribedMembers } from './described-members.js'
import type { Draft } from './keywords.js'
import type { Patterns } from './patterns.js'
import type { Json } from './same-values.js'
import { SchemaCopies } from './schema-copies.js'
import type { SchemaReader, SchemaUse } from './schema-reader.js'

export type { SchemaUse } from './schema-reader.js'

/** What Ajv has found, and where the schema stands that says so. */
export interface SchemaError extends ErrorObject {
  readonly place: Place | undefined
}

interface Compiler {
  readonly ajv: AjvCore
  readonly added: Set<string>
  /** Schemas that cannot be compiled, and why: each message asks for them anew. */
  readonly failed: Map<string, unknown>
}

/** Compiles schemas, each when it is first needed. */
export class Validator {
  readonly #classes = new Map<Draft, AjvClass>()
  readonly #copies = new Map<Draft, SchemaCopies>()
  readonly #compilers = new Map<string, Compiler>()
  readonly members: DescribedMembers

  constructor(
    private readonly files: ContractFiles,
    private readonly reader: SchemaReader,
    private readonly patterns: Patterns,
    private readonly budget: WorkBudget
  ) {
    this.members = new DescribedMembers(files, reader)
  }

  /**
   * Reads a schema, and refuses what cannot be checked.
   * @throws TidingsError of kind bad-input
   */
  async prepare({ place, draft }: SchemaUse): Promise<void> {
    this.reader.read(place, draft)
    if (!this.#classes.has(draft)) this.#classes.set(draft, await loadAjv(draft))
  }

  /** Whether a schema that was prepared says that a value may be a text. */
  describesText(schema: SchemaUse): boolean {
    return this.reader.describesText(schema)
  }

  /** Makes a test of a schema that was prepared. The test throws an Error where the work exceeds its budget. */
  testOf(schema: SchemaUse, readsTexts: boolean): (value: Json) => boolean {
    return this.#compile(schema, { finds: 'nothing', readsTexts })
  }

  /** Makes what finds what is wrong with a value. */
  errorsOf(
    schema: SchemaUse,
    finds: 'first' | 'all',
    readsTexts: boolean
  ): (value: Json) => readonly SchemaError[] {
    const validate = this.#compile(schema, { finds, readsTexts })
    const copies = this.#copiesOf(schema.draft)
    return (value) => {
      if (validate(value)) return []
      return (validate.errors ?? []).map((error) => ({ ...error, place: copies.placeOf(error.parentSchema) }))
    }
  }

  #compile({ place, draft }: SchemaUse, compiling: Compiling) {
    const { ajv, added, failed } = this.#compilerOf(draft, compiling)
    const copies = this.#copiesOf(draft)
    const id = copies.idOf(place)
    if (failed.has(id)) throw failed.get(id)
    const names: string[] = []
    for (const [name, copy] of copies.allOf(id)) {
      if (added.has(name)) continue
      added.add(name)
      ajv.addSchema(copy, name)
      names.push(name)
    }
    try {
      // Ajv compiles what a reference leads to within what has the reference. So the last of a chain of references comes first.
      for (const name of names.reverse()) ajv.getSchema(name)
      const validate = ajv.getSchema<Json>(id)
      if (validate === undefined) throw new Error(`no schema ${id}`)
      return validate as typeof validate & ((value: Json) => boolean)
    } catch (error) {
      // Ajv compiles schemas by recursion. A message has nothing to do with it.
      const why = error instanceof RangeError ? new Error('the schema is too large', { cause: error }) : error
      failed.set(id, why)
      throw why
    }
  }

  #compilerOf(draft: Draft, compiling: Compiling): Compiler {
    const key = `${draft} ${compiling.finds} ${compiling.readsTexts}`
    const known = this.#compilers.get(key)
    if (known !== undefined) return known
    const AjvOfDraft = this.#classes.get(draft)
    if (AjvOfDraft === undefined) throw new Error(`no schema of ${draft} was prepared`)
    const made = {
      ajv: makeAjv(AjvOfDraft, compiling, this.patterns, this.budget),
      added: new Set<string>(),
      failed: new Map<string, unknown>()
    }
    this.#compilers.set(key, made)
    return made
  }

  #copiesOf(draft: Draft): SchemaCopies {
    const known = this.#copies.get(draft) ?? new SchemaCopies(this.files, this.reader, draft)
    this.#copies.set(draft, known)
    return known
  }
}
