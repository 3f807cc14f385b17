import { isJsonObject, type JsonObject } from '../core/catalogue/json-tree.js'
import { quoteName } from '../core/visible-text.js'
import type { ContractFiles } from './contract-files.js'
import type { Place } from './place.js'

/** What references mean in a kind of document. */
export interface ReferenceRules {
  /** `#/...` is looked for in the whole file first, as AsyncAPI has it, and then in what has an `$id`. */
  readonly wholeFileFirst: boolean
  /** The keyword that gives a schema a name: draft 4 has `id`. */
  readonly idKeyword: '$id' | 'id'
  /** Beside `$ref`, that name counts for nothing, as drafts up to 7 have it. */
  readonly refStandsAlone: boolean
}

/** So many references may stand one behind the other. */
const MOST_STEPS = 100

/**
 * Finds what references (`$ref`) of a document mean: a place in the same file, in a file beside it, or what has the name (`$id`, `$anchor`).
 * A file is named relative to the file with the reference. It is never fetched from a URL, and its path never begins at the root.
 */
export class References {
  #byUri = new Map<string, Place>()
  #byAnchor = new Map<string, Place>()
  #entered = 0
  readonly #bases = new Map<Place, { readonly uri: string; readonly root: Place | undefined }>()

  constructor(
    private readonly files: ContractFiles,
    private readonly rules: ReferenceRules
  ) {}

  /** Follows references until there is none. Objects of AsyncAPI may be one; a schema with siblings of its `$ref` is more than one. */
  follow(place: Place): Place {
    let at = place
    for (let steps = 0; isJsonObject(at.value) && typeof at.value.$ref === 'string'; steps++) {
      if (steps === MOST_STEPS)
        throw this.files.problem(place, 'its references lead back to where they began')
      at = this.target(at, at.value.$ref)
    }
    return at
  }

  /**
   * What a reference in the object at `from` means.
   * @throws TidingsError of kind bad-input if there is no such thing
   */
  target(from: Place, reference: string): Place {
    const hash = reference.indexOf('#')
    const [address, fragment] =
      hash < 0 ? [reference, ''] : [reference.slice(0, hash), decoded(reference.slice(hash + 1))]
    for (const root of this.#roots(from, address)) {
      const found = this.#inside(root, fragment)
      if (found !== undefined) return found
    }
    throw this.files.problem(from, `there is no ${quoteName(reference)}`)
  }

  *#roots(from: Place, address: string): Iterable<Place> {
    const { uri, root } = this.#baseOf(from)
    const top = topOf(from)
    if (address === '') {
      if (root === undefined) yield top
      else yield* this.rules.wholeFileFirst ? [top, root] : [root]
      return
    }
    const named = this.#named(resolveUri(address, uri))
    if (named !== undefined) yield named
    else yield this.files.file(this.#pathOf(from, address), from)
  }

  #pathOf(from: Place, address: string): string {
    const refuse = (why: string) =>
      this.files.problem(
        from,
        `${quoteName(address)} is not read: ${why}`,
        'save it beside the document, and refer to that file'
      )
    if (/^[a-z][a-z\d+.-]+:|^\/\//i.test(address))
      throw refuse('a reference names a place in a file, and no URL')
    if (/^[/\\]|^[a-z]:/i.test(address)) throw refuse('a path begins in the folder of the document')
    const path = decoded(address)
    if (path.includes('\0')) throw refuse('it holds a NUL character')
    return joinPaths(from.file, path)
  }

  #inside(root: Place, fragment: string): Place | undefined {
    if (fragment === '') return root
    if (!fragment.startsWith('/')) {
      this.#enterNames()
      return this.#byAnchor.get(`${this.#baseOf(root).uri}#${fragment}`)
    }
    let at: Place | undefined = root
    for (const step of fragment.slice(1).split('/')) {
      if (at === undefined) return undefined
      const name = step.replaceAll('~1', '/').replaceAll('~0', '~')
      at =
        this.files.child(at, name) ??
        (this.rules.wholeFileFirst ? this.#throughReference(at, name) : undefined)
    }
    return at
  }

  /** A part of what a reference means: `#/components/messages/a/payload`, where `a` is a reference itself. */
  #throughReference(at: Place, name: string): Place | undefined {
    const target = this.follow(at)
    return target === at ? undefined : this.files.child(target, name)
  }

  #named(uri: string): Place | undefined {
    this.#enterNames()
    return this.#byUri.get(uri)
  }

  /** Enters the names of the files that were read since. */
  #enterNames(): void {
    const { named } = this.files
    for (; this.#entered < named.length; this.#entered++) {
      const place = named[this.#entered] as Place
      const { value } = place
      if (!isJsonObject(value)) continue
      const { uri, root } = this.#baseOf(place)
      if (root === place && !this.#byUri.has(uri)) this.#byUri.set(uri, place)
      const id = value[this.rules.idKeyword]
      const old = typeof id === 'string' && id.startsWith('#') ? id.slice(1) : undefined
      for (const anchor of [value.$anchor, value.$dynamicAnchor, old])
        if (typeof anchor === 'string' && !this.#byAnchor.has(`${uri}#${anchor}`))
          this.#byAnchor.set(`${uri}#${anchor}`, place)
    }
  }

  /** The URI that references of an object are relative to, and the object that has given it by an `$id`. */
  #baseOf(place: Place): { readonly uri: string; readonly root: Place | undefined } {
    const known = this.#bases.get(place)
    if (known !== undefined) return known
    const chain: Place[] = []
    for (let at: Place | undefined = place; at !== undefined; at = at.parent) chain.push(at)
    let base: { uri: string; root: Place | undefined } = {
      uri: resolveUri(place.file, 'file:///'),
      root: undefined
    }
    for (const at of chain.reverse()) {
      const id = isJsonObject(at.value) ? this.#ownId(at.value) : undefined
      if (id !== undefined) base = { uri: resolveUri(id.replace(/#$/, ''), base.uri), root: at }
    }
    this.#bases.set(place, base)
    return base
  }

  /** The name of a schema, where it is more than an anchor. */
  #ownId(schema: JsonObject): string | undefined {
    const id = schema[this.rules.idKeyword]
    if (typeof id !== 'string' || id.startsWith('#')) return undefined
    return this.rules.refStandsAlone && typeof schema.$ref === 'string' ? undefined : id
  }
}

function topOf(place: Place): Place {
  let at = place
  while (at.parent !== undefined) at = at.parent
  return at
}

/** A percent escape that is broken stays as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function resolveUri(reference: string, base: string): string {
  if (reference === '') return base
  try {
    return new URL(reference, base).href.replace(/#$/, '')
  } catch {
    return reference
  }
}

/** The path of a file that is named relative to another. Steps to and fro are taken out, so that a file has one name. */
function joinPaths(from: string, path: string): string {
  const folder = from.slice(0, Math.max(from.lastIndexOf('/'), from.lastIndexOf('\\')) + 1)
  const steps: string[] = []
  for (const step of path.split('/')) {
    if (step === '' || step === '.') continue
    const last = steps.at(-1)
    if (step === '..' && last !== undefined && last !== '..') steps.pop()
    else steps.push(step)
  }
  let start = folder
  while (steps[0] === '..' && /[^/\\.][^/\\]*[/\\]$/.test(start)) {
    start = start.replace(/[^/\\]+[/\\]$/, '')
    steps.shift()
  }
  return start + steps.join('/')
}
