import type { ErrorObject } from 'ajv'
import type { ContractFiles } from '../contract-files.js'
import type { Place } from '../place.js'
import type { WorkBudget } from '../work-budget.js'
import { type AjvClass, type AjvCore, type Compiling, loadAjv, makeAjv } from './ajv-instance.js'
import type { Draft } from './keywords.js'
import type { Patterns } from './patterns.js'
import type { Json } from './same-values.js'
import { SchemaCopies } from './schema-copies.js'
import type { SchemaReader } from './schema-reader.js'

/** A schema of a document, and the draft that it is of. */
export interface SchemaUse {
  readonly place: Place
  readonly draft: Draft
}

/** What Ajv has found, and where the schema stands that says so. */
export interface SchemaError extends ErrorObject {
  readonly place: Place | undefined
}

interface Compiler {
  readonly ajv: AjvCore
  readonly added: Set<string>
}

/** Compiles schemas, each when it is first needed. */
export class Validator {
  readonly #classes = new Map<Draft, AjvClass>()
  readonly #copies = new Map<Draft, SchemaCopies>()
  readonly #compilers = new Map<string, Compiler>()

  constructor(
    private readonly files: ContractFiles,
    private readonly reader: SchemaReader,
    private readonly patterns: Patterns,
    private readonly budget: WorkBudget
  ) {}

  /**
   * Reads a schema, and refuses what cannot be checked.
   * @throws TidingsError of kind bad-input
   */
  async prepare({ place, draft }: SchemaUse): Promise<void> {
    this.reader.read(place, draft)
    if (!this.#classes.has(draft)) this.#classes.set(draft, await loadAjv(draft))
  }

  /** Makes a test of a schema that was prepared. The test throws an Error where the work exceeds its budget. */
  testOf(schema: SchemaUse, readsTexts: boolean): (value: Json) => boolean {
    return this.#compile(schema, { findsAll: false, readsTexts })
  }

  /** Makes what finds all that is wrong with a value. */
  errorsOf(schema: SchemaUse, readsTexts: boolean): (value: Json) => readonly SchemaError[] {
    const validate = this.#compile(schema, { findsAll: true, readsTexts })
    const copies = this.#copiesOf(schema.draft)
    return (value) => {
      if (validate(value)) return []
      return (validate.errors ?? []).map((error) => ({ ...error, place: copies.placeOf(error.parentSchema) }))
    }
  }

  #compile({ place, draft }: SchemaUse, compiling: Compiling) {
    const { ajv, added } = this.#compilerOf(draft, compiling)
    const copies = this.#copiesOf(draft)
    const id = copies.idOf(place)
    for (const [name, copy] of copies.allOf(id)) {
      if (added.has(name)) continue
      added.add(name)
      ajv.addSchema(copy, name)
    }
    const validate = ajv.getSchema<Json>(id)
    if (validate === undefined) throw new Error(`no schema ${id}`)
    return validate as typeof validate & ((value: Json) => boolean)
  }

  #compilerOf(draft: Draft, compiling: Compiling): Compiler {
    const key = `${draft} ${compiling.findsAll} ${compiling.readsTexts}`
    const known = this.#compilers.get(key)
    if (known !== undefined) return known
    const AjvOfDraft = this.#classes.get(draft)
    if (AjvOfDraft === undefined) throw new Error(`no schema of ${draft} was prepared`)
    const made = { ajv: makeAjv(AjvOfDraft, compiling, this.patterns, this.budget), added: new Set<string>() }
    this.#compilers.set(key, made)
    return made
  }

  #copiesOf(draft: Draft): SchemaCopies {
    const known = this.#copies.get(draft) ?? new SchemaCopies(this.files, this.reader, draft)
    this.#copies.set(draft, known)
    return known
  }
}
