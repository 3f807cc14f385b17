import type { ScalarTag } from 'yaml'
import {
  Document,
  isCollection,
  isMap,
  isNode,
  isScalar,
  type Node,
  type Pair,
  Scalar,
  visit,
  YAMLMap
} from 'yaml'

/** Writes YAML nodes in the style of the document that they are added to. */
export class NodeWriter {
  /** The number of columns by which a map within a map is indented. */
  readonly step: number
  readonly newLine: string
  private readonly indentSeq: boolean
  private readonly padding: boolean
  /** One document for all parts, because making a document takes longer than writing a part. */
  private readonly document: Document<Node>

  constructor(source: string, read: Document, tags: readonly ScalarTag[]) {
    this.document = new Document<Node>(null, { customTags: (known) => [...tags, ...known] })
    this.newLine = source.includes('\r\n') ? '\r\n' : '\n'
    const columnOf = (at: number) => at - source.lastIndexOf('\n', at - 1) - 1
    const steps: number[] = []
    const lists: boolean[] = []
    const pads: boolean[] = []
    visit(read, {
      Pair: (_key, { key, value }) => {
        if (!isScalar(key) || !isCollection(value) || !key.range || !value.range) return
        if (value.flow === true) {
          pads.push(/^.\s/.test(source.slice(value.range[0], value.range[0] + 2)))
          return
        }
        const difference = columnOf(value.range[0]) - columnOf(key.range[0])
        if (isMap(value)) steps.push(difference)
        else lists.push(difference > 0)
      }
    })
    this.step = mostCommon(steps.filter((step) => step > 0 && step <= 8)) ?? 2
    this.indentSeq = mostCommon(lists) ?? true
    this.padding = mostCommon(pads) ?? true
  }

  /** The same style, as options of the YAML library. */
  get style() {
    return { lineWidth: 0, indent: this.step, indentSeq: this.indentSeq, flowCollectionPadding: this.padding }
  }

  columnOfSeq(parent: number): number {
    return this.indentSeq ? parent + this.step : parent
  }

  /** Writes a node on one line: within a flow collection, or after a key. */
  inLine(node: Node, isFlow: boolean): string {
    if (isCollection(node) && isFlow) node.flow = true
    if (isScalar(node) && typeof node.value === 'string' && node.value.includes('\n'))
      node.type = Scalar.QUOTE_DOUBLE
    return this.text(node)
  }

  /** Writes a collection on lines of its own. The caller places the first line; the other lines start at `column`. */
  block(node: Node, column: number): string {
    return this.text(node)
      .split('\n')
      .join(`${this.newLine}${' '.repeat(column)}`)
  }

  /** Writes a member of a collection. */
  item(item: Pair | Node, column: number, isFlow: boolean): string {
    if (isNode(item)) return isFlow ? this.inLine(item, true) : this.block(item, column)
    if (!isFlow) {
      const map = new YAMLMap()
      map.items.push(item)
      return this.block(map, column)
    }
    return `${isNode(item.key) ? this.inLine(item.key, true) : String(item.key)}: ${isNode(item.value) ? this.inLine(item.value, true) : 'null'}`
  }

  private text(node: Node): string {
    const { document } = this
    document.contents = node
    // The library ends every document with a line break. Apart from that, only block scalars end with one.
    return document.toString(this.style).replace(/\n$/, '')
  }
}

function mostCommon<T>(values: readonly T[]): T | undefined {
  const counts = new Map<T, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0]
}
