import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  Pair,
  parseDocument,
  type Scalar,
  type ScalarTag,
  type ToStringOptions,
  visit,
  type YAMLMap
} from 'yaml'
import type { DocumentPath, EditableDocument } from '../../core/asyncapi/editable-document.js'
import { JsonNumber, type JsonTree, jsonObject } from '../../core/catalogue/json-tree.js'
import { TidingsError } from '../../core/errors.js'

/** Numbers are written as they were received, or read. */
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

/** Long texts stay on one line, so that a change of one word is a change of one line. */
const FORMAT: ToStringOptions = { lineWidth: 0 }

/**
 * A YAML document whose comments, order and styles survive changes; JSON is YAML as well, but is better kept as values.
 *
 * The YAML library looks through all names of a map for each one that it reads, gets or sets. Here names are looked up in an
 * index: a document may well describe 50,000 channels.
 */
export class YamlDocument implements EditableDocument {
  private readonly pairs = new WeakMap<YAMLMap, Map<string, Pair>>()

  private constructor(private readonly document: Document) {}

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
    if (error !== undefined) throw badYaml(error.message.split('\n', 1)[0] ?? 'it is no YAML')
    visit(document, {
      Map: (_key, map) => {
        const twice = repeatedKey(map)
        if (twice === undefined) return
        const { line, col } = lines.linePos(twice.range?.[0] ?? 0)
        throw badYaml(`Map keys must be unique at line ${line}, column ${col}`)
      },
      Scalar: (key, node) => {
        const isNumber = typeof node.value === 'number' || typeof node.value === 'bigint'
        if (isNumber && key !== 'key' && NUMBER.test(node.source ?? ''))
          node.value = new JsonNumber(node.source ?? '')
      }
    })
    return new YamlDocument(document)
  }

  get(path: DocumentPath): JsonTree | undefined {
    const node = this.nodeAt(path)
    return node === undefined ? undefined : this.valueOf(node, 0)
  }

  set(path: DocumentPath, value: JsonTree): void {
    const node = this.document.createNode(value)
    const last = path.at(-1)
    if (last === undefined) {
      this.document.contents = node
      return
    }
    const above = path.slice(0, -1)
    if (!isCollection(this.nodeAt(above))) this.set(above, jsonObject())
    const parent = this.nodeAt(above)
    if (isSeq(parent)) parent.set(last, node)
    if (!isMap(parent)) return
    const pairs = this.pairsOf(parent)
    const known = pairs.get(String(last))
    if (known !== undefined) {
      known.value = node
      return
    }
    const pair = new Pair(last, node)
    parent.items.push(pair)
    pairs.set(String(last), pair)
  }

  remove(path: DocumentPath): void {
    const parent = this.nodeAt(path.slice(0, -1))
    const last = path.at(-1)
    if (!isMap(parent)) return
    const pair = this.pairsOf(parent).get(String(last))
    parent.items = parent.items.filter((item) => item !== pair)
    this.pairs.delete(parent)
  }

  format(): string {
    return this.document.toString(FORMAT)
  }

  private nodeAt(path: DocumentPath): unknown {
    let node: unknown = this.document.contents ?? undefined
    for (const step of path) {
      const at = isAlias(node) ? node.resolve(this.document) : node
      if (isMap(at)) node = this.pairsOf(at).get(String(step))?.value ?? undefined
      else node = isSeq(at) ? at.get(step, true) : undefined
    }
    return isAlias(node) ? node.resolve(this.document) : node
  }

  private pairsOf(map: YAMLMap): Map<string, Pair> {
    const known = this.pairs.get(map)
    if (known !== undefined) return known
    const pairs = new Map(map.items.map((pair) => [keyText(pair.key), pair]))
    this.pairs.set(map, pairs)
    return pairs
  }

  private valueOf(node: unknown, depth: number): JsonTree {
    // An alias may lead back to where it stands; what is nested that deeply is nobody's schema.
    if (depth > 64) return null
    if (isScalar(node)) return scalarValue(node)
    if (isSeq(node)) return node.items.map((item) => this.valueOf(item, depth + 1))
    if (isMap(node)) {
      const object = jsonObject()
      for (const { key, value } of node.items) object[keyText(key)] = this.valueOf(value, depth + 1)
      return object
    }
    const target = (node as { resolve?: (document: Document) => unknown } | null)?.resolve?.(this.document)
    return target === undefined ? null : this.valueOf(target, depth + 1)
  }
}

function badYaml(why: string): TidingsError {
  return new TidingsError('bad-input', why, {
    code: 'bad-yaml',
    suggestion: 'correct the file, or write to another one'
  })
}

/** The first key of a map that another one before it is equal to. */
function repeatedKey(map: YAMLMap): Scalar | undefined {
  const seen = new Set<unknown>()
  for (const { key } of map.items) {
    if (!isScalar(key)) continue
    if (seen.has(key.value)) return key
    seen.add(key.value)
  }
  return undefined
}

const keyText = (key: unknown): string => String(isScalar(key) ? key.value : key)

function scalarValue({ value, source }: Scalar): JsonTree {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (value instanceof JsonNumber) return value
  return new JsonNumber(source ?? String(value))
}
