import { isJsonObject, type JsonObject, type JsonTree, jsonObject } from '../catalogue/json-tree.js'

/** The path to a place in a document: names of members, and positions in arrays. */
export type DocumentPath = readonly (string | number)[]

/** A document of which parts can be changed; everything else stays as it was written. */
export interface EditableDocument {
  /** The value at a place, with numbers as they are written; `undefined` if there is no value. */
  get(path: DocumentPath): JsonTree | undefined
  /** Puts a value in a place, and makes missing objects on the path. */
  set(path: DocumentPath, value: JsonTree): void
  remove(path: DocumentPath): void
  format(): string
}

/** A document that is held as values. `write` formats it. */
export class ValueDocument implements EditableDocument {
  constructor(
    private root: JsonTree,
    private readonly write: (root: JsonTree) => string
  ) {}

  get(path: DocumentPath): JsonTree | undefined {
    let value: JsonTree | undefined = this.root
    for (const step of path) value = memberOf(value, step)
    return value
  }

  set(path: DocumentPath, value: JsonTree): void {
    const last = path.at(-1)
    if (last === undefined) {
      this.root = value
      return
    }
    const parent = this.parent(path.slice(0, -1))
    if (Array.isArray(parent)) parent[Number(last)] = value
    else parent[last] = value
  }

  remove(path: DocumentPath): void {
    const parent = this.get(path.slice(0, -1))
    if (isJsonObject(parent)) delete parent[String(path.at(-1))]
  }

  format(): string {
    return this.write(this.root)
  }

  private parent(path: DocumentPath): JsonObject | JsonTree[] {
    const known = this.get(path)
    if (isJsonObject(known) || Array.isArray(known)) return known
    const made = jsonObject()
    this.set(path, made)
    return made
  }
}

function memberOf(value: JsonTree | undefined, step: string | number): JsonTree | undefined {
  if (Array.isArray(value)) return value[Number(step)]
  return isJsonObject(value) ? value[step] : undefined
}

/** Whether a value is a reference (`$ref`) to the actual value. */
export function isReference(value: JsonTree | undefined): value is JsonObject & { $ref: string } {
  return isJsonObject(value) && typeof value.$ref === 'string'
}

/** Follows a chain of up to 8 local references (`{"$ref": "#/components/..."}`), and returns the path of the value at its end. */
export function resolvePath(document: EditableDocument, path: DocumentPath): DocumentPath {
  let at = path
  for (let i = 0; i < 8; i++) {
    const value = document.get(at)
    if (!isReference(value) || !value.$ref.startsWith('#/')) return at
    at = value.$ref.slice(2).split('/').map(unescapeStep)
  }
  return at
}

/** Decodes a reference token of a URI fragment (RFC 6901, section 6). A broken percent escape stays as it is. */
function unescapeStep(step: string): string {
  let text = step
  try {
    text = decodeURIComponent(step)
  } catch {
    text = step
  }
  return text.replaceAll('~1', '/').replaceAll('~0', '~')
}

/** The path as a local reference. */
export function referenceTo(path: DocumentPath): JsonObject {
  const steps = path.map((step) =>
    encodeURIComponent(String(step).replaceAll('~', '~0').replaceAll('/', '~1'))
  )
  return jsonObject({ $ref: `#/${steps.join('/')}` })
}
