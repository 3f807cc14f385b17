import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  type Scalar,
  type ScalarTag,
  type ToStringOptions,
  visit
} from 'yaml'
import { JsonNumber, type JsonTree, jsonObject } from '../catalogue/json-tree.js'
import { TidingsError } from '../errors.js'
import type { DocumentPath, EditableDocument } from './editable-document.js'

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

/** A YAML document whose comments, order and styles survive changes; JSON is YAML as well, but is better kept as values. */
export class YamlDocument implements EditableDocument {
  private constructor(private readonly document: Document) {}

  /** @throws TidingsError of kind bad-input, whose message is the reason, for text that is no single YAML document */
  static parse(text: string): YamlDocument {
    const document = parseDocument(text, { intAsBigInt: true, customTags: (tags) => [EXACT_NUMBER, ...tags] })
    const [error] = document.errors
    if (error !== undefined) {
      throw new TidingsError('bad-input', error.message.split('\n', 1)[0] ?? 'it is no YAML', {
        code: 'bad-yaml',
        suggestion: 'correct the file, or write to another one'
      })
    }
    visit(document, {
      Scalar: (key, node) => {
        const isNumber = typeof node.value === 'number' || typeof node.value === 'bigint'
        if (isNumber && key !== 'key' && NUMBER.test(node.source ?? ''))
          node.value = new JsonNumber(node.source ?? '')
      }
    })
    return new YamlDocument(document)
  }

  get(path: DocumentPath): JsonTree | undefined {
    const node = path.length === 0 ? this.document.contents : this.document.getIn(path, true)
    return node === undefined ? undefined : this.valueOf(node, 0)
  }

  set(path: DocumentPath, value: JsonTree): void {
    this.document.setIn(path, this.document.createNode(value))
  }

  remove(path: DocumentPath): void {
    this.document.deleteIn(path)
  }

  format(): string {
    return this.document.toString(FORMAT)
  }

  private valueOf(node: unknown, depth: number): JsonTree {
    // An alias may lead back to where it stands; what is nested that deeply is nobody's schema.
    if (depth > 64) return null
    if (isScalar(node)) return scalarValue(node)
    if (isSeq(node)) return node.items.map((item) => this.valueOf(item, depth + 1))
    if (isMap(node)) {
      const object = jsonObject()
      for (const { key, value } of node.items)
        object[String(isScalar(key) ? key.value : key)] = this.valueOf(value, depth + 1)
      return object
    }
    const target = (node as { resolve?: (document: Document) => unknown } | null)?.resolve?.(this.document)
    return target === undefined ? null : this.valueOf(target, depth + 1)
  }
}

function scalarValue({ value, source }: Scalar): JsonTree {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (value instanceof JsonNumber) return value
  return new JsonNumber(source ?? String(value))
}
