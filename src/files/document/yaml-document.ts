import {
  type Document,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  Pair,
  parseDocument,
  type Scalar,
  type ScalarTag,
  visit,
  type YAMLMap,
  type YAMLParseError
} from 'yaml'
import type { DocumentPath, EditableDocument } from '../../core/asyncapi/editable-document.js'
import { formatJson, JsonNumber, type JsonTree, jsonObject } from '../../core/catalogue/json-tree.js'
import { badYaml } from './bad-yaml.js'
import { NodeWriter } from './node-writer.js'
import { SourceEdits } from './source-edits.js'
import { isMerge, YamlAliases } from './yaml-aliases.js'
import { writeForBothVersions } from './yaml-versions.js'

/** Writes a number with the text with which it was received or read. */
const EXACT_NUMBER: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  identify: (value) => value instanceof JsonNumber,
  test: /^(?!)/,
  resolve: (text) => text,
  stringify: ({ value }) => (value as JsonNumber).text
}

/** Numbers as JSON and YAML both write them. Others, such as `0x1F` and `.5`, are left to the YAML library. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/

/** The merge key in the index of a map. A quoted `<<` is not a merge key, but a name like any other. */
const MERGE = Symbol('<<')

/**
 * A YAML document that keeps its comments, order and styles when it is changed. A JSON document is YAML, too, but is held as a
 * `ValueDocument`.
 *
 * The YAML library searches all keys of a map each time that it reads, gets or sets one. This class looks keys up in an index, because a
 * document may describe 50,000 channels.
 */
export class YamlDocument implements EditableDocument {
  private readonly pairs = new WeakMap<YAMLMap, Map<string | typeof MERGE, Pair>>()

  private readonly writer: NodeWriter
  private readonly edits: SourceEdits
  /** Whether the whole document was replaced, so that nothing of the source text stays. */
  private isNew = false

  private constructor(
    private readonly document: Document,
    private readonly aliases: YamlAliases,
    source: string
  ) {
    this.writer = new NodeWriter(source, document, [EXACT_NUMBER])
    this.edits = new SourceEdits(source, this.writer)
  }

  /** @throws TidingsError of kind bad-input, whose message is the reason, for text that is no single YAML document */
  static parse(text: string): YamlDocument {
    const lines = new LineCounter()
    const document = parseDocument(text, {
      intAsBigInt: true,
      uniqueKeys: false,
      lineCounter: lines,
      customTags: (tags) => [EXACT_NUMBER, ...tags]
    })
    const [error] = document.errors
    if (error !== undefined) throw badYaml(reasonOf(error))
    const aliases = new YamlAliases(document)
    visit(document, {
      Map: (_key, map) => {
        aliases.mergedInto(map)
        const twice = repeatedKey(map)
        if (twice === undefined) return
        const { line, col } = lines.linePos(twice.range?.[0] ?? 0)
        throw badYaml(`it is no YAML: line ${line}, column ${col}: a name stands twice in a map`)
      },
      Scalar: (key, node) => {
        const isNumber = typeof node.value === 'number' || typeof node.value === 'bigint'
        if (isNumber && key !== 'key' && NUMBER.test(node.source ?? ''))
          node.value = new JsonNumber(node.source ?? '')
      }
    })
    return new YamlDocument(document, aliases, text)
  }

  get(path: DocumentPath): JsonTree | undefined {
    const node = this.nodeAt(path)
    return node === undefined ? undefined : this.valueOf(node, 0)
  }

  set(path: DocumentPath, value: JsonTree): void {
    const node = this.document.createNode(value)
    writeForBothVersions(node)
    const last = path.at(-1)
    if (last === undefined) {
      this.document.contents = node
      this.isNew = true
      return
    }
    const above = path.slice(0, -1)
    const known = this.nodeAt(above)
    // An empty map is written as `{}` on one line. A new map replaces it, so that members can be written on lines of their own.
    if (!isCollection(known) || (isMap(known) && known.items.length === 0 && known.range))
      this.set(above, jsonObject())
    const parent = this.nodeAt(above)
    if (isSeq(parent) && typeof last === 'number') {
      this.aliases.replace(parent.get(last, true), node)
      this.edits.willChange(parent)
      parent.set(last, node)
    }
    if (!isMap(parent)) return
    this.edits.willChange(parent)
    const pairs = this.pairsOf(parent)
    const pairThere = pairs.get(String(last))
    if (pairThere !== undefined) {
      this.aliases.replace(pairThere.value, node)
      pairThere.value = node
      return
    }
    const key = this.document.createNode(last)
    writeForBothVersions(key)
    const pair = new Pair(key, node)
    parent.items.push(pair)
    pairs.set(String(last), pair)
  }

  /** @throws TidingsError of kind bad-input if the member comes from another map by a merge key, or if an alias stands for it */
  remove(path: DocumentPath): void {
    const parent = this.nodeAt(path.slice(0, -1))
    const last = String(path.at(-1))
    if (!isMap(parent)) return
    const pair = this.pairsOf(parent).get(last)
    this.aliases.refuseLoss(pair?.value, false)
    this.edits.willChange(parent)
    parent.items = parent.items.filter((item) => item !== pair)
    this.pairs.delete(parent)
    if (this.pairIn(parent, last) !== undefined)
      throw badYaml(`"${path.join('/')}" comes from another map ("<<"), and has to be taken away there`)
  }

  /**
   * The source text, in which only what was set or removed has changed. If the changes cannot be made in the source text, the document is
   * written anew in the same style.
   */
  format(): string {
    const text = this.isNew ? undefined : this.edits.write()
    if (text !== undefined && (this.edits.areNone || this.isWrittenAs(text))) return text
    return this.document.toString(this.writer.style)
  }

  private isWrittenAs(text: string): boolean {
    try {
      return formatJson(YamlDocument.parse(text).get([]) ?? null) === formatJson(this.get([]) ?? null)
    } catch {
      return false
    }
  }

  private nodeAt(path: DocumentPath): unknown {
    let node: unknown = this.document.contents ?? undefined
    for (const step of path) {
      const at = this.aliases.follow(node)
      if (isMap(at)) node = this.pairIn(at, String(step))?.value ?? undefined
      else node = isSeq(at) ? at.get(step, true) : undefined
    }
    return this.aliases.follow(node)
  }

  /** A member of a map: its own, or one from a merge key. */
  private pairIn(map: YAMLMap, name: string): Pair | undefined {
    const pairs = this.pairsOf(map)
    const own = pairs.get(name)
    if (own !== undefined || !pairs.has(MERGE)) return own
    for (const source of this.aliases.mergedInto(map)) {
      const merged = this.pairIn(source, name)
      if (merged !== undefined) return merged
    }
    return undefined
  }

  private pairsOf(map: YAMLMap): Map<string | typeof MERGE, Pair> {
    const known = this.pairs.get(map)
    if (known !== undefined) return known
    const pairs = new Map<string | typeof MERGE, Pair>(
      map.items.map((pair) => [isMerge(pair) ? MERGE : keyText(pair.key), pair])
    )
    this.pairs.set(map, pairs)
    return pairs
  }

  private valueOf(given: unknown, depth: number): JsonTree {
    const node = this.aliases.follow(given)
    // No schema is nested so deeply.
    if (depth > 64) return null
    if (isScalar(node)) return scalarValue(node)
    if (isSeq(node)) return node.items.map((item) => this.valueOf(item, depth + 1))
    if (!isMap(node)) return null
    const object = jsonObject()
    if (this.pairsOf(node).has(MERGE)) {
      for (const source of this.aliases.mergedInto(node).reverse())
        Object.assign(object, this.valueOf(source, depth + 1))
    }
    for (const pair of node.items)
      if (!isMerge(pair)) object[keyText(pair.key)] = this.valueOf(pair.value, depth + 1)
    return object
  }
}

/** The first key of a map that repeats an earlier key. */
function repeatedKey(map: YAMLMap): Scalar | undefined {
  const seen = new Set<unknown>()
  for (const { key } of map.items) {
    if (!isScalar(key)) continue
    if (seen.has(key.value)) return key
    seen.add(key.value)
  }
  return undefined
}

/** What the YAML library says of a text, without its advice for programmers. */
function reasonOf({ code, message }: YAMLParseError): string {
  if (code === 'MULTIPLE_DOCS') return 'it holds more than one document'
  if (message.startsWith('Maximum call stack')) return 'it is nested too deeply'
  const [first = ''] = message.split('\n', 1)
  const [, why, place] = /^(.*) at (line \d+, column \d+):?$/.exec(first) ?? []
  if (why === undefined) return `it is no YAML: ${first}`
  return `it is no YAML: ${place}: ${why.charAt(0).toLowerCase()}${why.slice(1)}`
}

const keyText = (key: unknown): string => String(isScalar(key) ? key.value : key)

function scalarValue({ value, source }: Scalar): JsonTree {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (value instanceof JsonNumber) return value
  return new JsonNumber(source ?? String(value))
}
