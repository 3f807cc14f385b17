import { isJsonObject, type JsonObject, type JsonTree, jsonObject } from '../catalogue/json-tree.js'

/** The way to a place in a document: names and positions. */
export type DocumentPath = readonly (string | number)[]

/** A document that is changed in places while everything else stays as it was written. */
export interface EditableDocument {
  /** The value at a place, numbers as they are written; `undefined` if there is none. */
  get(path: DocumentPath): JsonTree | undefined
  /** Puts a value in a place; the objects on the way are made when they are missing. */
  set(path: DocumentPath, value: JsonTree): void
  remove(path: DocumentPath): void
  format(): string
}

/** A document held as values, to be written by `write`. */
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

/** Whether a value only says where it is to be found. */
export function isReference(value: JsonTree | undefined): value is JsonObject & { $ref: string } {
  return isJsonObject(value) && typeof value.$ref === 'string'
}

/** Follows a local reference (`{"$ref": "#/components/..."}`), several if need be, and returns the path of what is meant. */
export function resolvePath(document: EditableDocument, path: DocumentPath): DocumentPath {
  let at = path
  for (let i = 0; i < 8; i++) {
    const value = document.get(at)
    if (!isReference(value) || !value.$ref.startsWith('#/')) return at
    at = value.$ref.slice(2).split('/').map(unescapeStep)
  }
  return at
}

/** RFC 6901, in a URI fragment (section 6). A broken percent escape is taken as it stands. */
function unescapeStep(step: string): string {
  let text = step
  try {
    text = decodeURIComponent(step)
  } catch {
    text = step
  }
  return text.replaceAll('~1', '/').replaceAll('~0', '~')
}

/** The path as a reference from within the document. */
export function referenceTo(path: DocumentPath): JsonObject {
  const steps = path.map((step) =>
    encodeURIComponent(String(step).replaceAll('~', '~0').replaceAll('/', '~1'))
  )
  return jsonObject({ $ref: `#/${steps.join('/')}` })
}
