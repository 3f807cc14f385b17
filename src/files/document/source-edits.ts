import {
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq
} from 'yaml'
import type { NodeWriter } from './node-writer.js'

/** A piece of the source text, and the text that replaces it. */
interface Patch {
  readonly from: number
  readonly to: number
  readonly text: string
  /** Where the collection begins that the text is added to. */
  readonly parent?: number
}

type Item = Pair | Node

/**
 * Records what changes in a document after it was read, and writes the changes into its source text. All unchanged parts keep their bytes.
 * Only changes of collections that were read are recorded; a new collection is written in its final state.
 */
export class SourceEdits {
  private readonly originals = new Map<YAMLMap | YAMLSeq, readonly Item[]>()
  /** The original values of the pairs in these collections. */
  private readonly values = new Map<Item, unknown>()

  constructor(
    private readonly source: string,
    private readonly writer: NodeWriter
  ) {}

  /** To be called before the items of a collection, or their values, change. */
  willChange(collection: YAMLMap | YAMLSeq): void {
    if (!collection.range || this.originals.has(collection)) return
    this.originals.set(collection, itemsOf(collection))
    if (isMap(collection)) for (const pair of collection.items) this.values.set(pair, pair.value)
  }

  get areNone(): boolean {
    return this.originals.size === 0
  }

  /** The source text with all changes; `undefined` if a change cannot be made in the source text. */
  write(): string | undefined {
    const patches = [...this.originals].flatMap(([collection, items]) => this.patchesOf(collection, items))
    if (patches.includes(undefined)) return undefined
    const ordered = patches
      .filter((patch) => patch !== undefined)
      // A collection and the last collection within it end at the same place. What is added to the inner one comes first.
      .sort((a, b) => a.from - b.from || a.to - b.to || (b.parent ?? 0) - (a.parent ?? 0))
    let text = ''
    let at = 0
    for (const patch of ordered) {
      // The patch lies within a part that an earlier patch has replaced.
      if (patch.from < at) continue
      text += this.source.slice(at, patch.from) + patch.text
      at = patch.to
    }
    return text + this.source.slice(at)
  }

  private patchesOf(collection: YAMLMap | YAMLSeq, before: readonly Item[]): (Patch | undefined)[] {
    const now = itemsOf(collection)
    const [had, has] = [new Set(before), new Set(now)]
    const kept = isMap(collection) ? before.filter((item) => has.has(item)) : before
    if (kept.length === 0) return [undefined]
    const removed = isMap(collection) ? before.filter((item) => !has.has(item)) : []
    const added = isMap(collection) ? now.filter((item) => !had.has(item)) : now.slice(before.length)
    const changes = isMap(collection)
      ? kept.flatMap((item) => this.valueChange(item))
      : before.flatMap((item, at) =>
          item === now[at] ? [] : [{ old: item, value: now[at], key: undefined }]
        )
    return [
      ...changes.map(({ old, value, key }) => this.replacement(collection, old, value, key)),
      ...removed.map((item) => this.removal(collection, before, item)),
      ...(added.length > 0 ? [this.addition(collection, kept, added)] : [])
    ]
  }

  private valueChange(item: Item): { old: unknown; value: unknown; key: unknown }[] {
    if (isNode(item) || !this.values.has(item)) return []
    const old = this.values.get(item)
    return old === item.value ? [] : [{ old, value: item.value, key: item.key }]
  }

  private replacement(
    parent: YAMLMap | YAMLSeq,
    old: unknown,
    value: unknown,
    key: unknown
  ): Patch | undefined {
    if (!isNode(old) || !isNode(value) || !old.range) return undefined
    const [from] = old.range
    const to = this.endOf(old)
    const isInLine = parent.flow === true || (isCollection(old) && old.flow === true && old.items.length > 0)
    const isBlock = isCollection(value) && value.items.length > 0 && !isInLine
    if (!isBlock) {
      const text = this.writer.inLine(value, isInLine)
      if (from < to) return { from, to, text }
      const colon = this.colonAfter(key)
      return colon === undefined ? undefined : { from: colon, to: colon, text: ` ${text}` }
    }
    if (isCollection(old) && old.flow !== true)
      return { from, to, text: this.writer.block(value, this.columnOf(from)) }
    const parentColumn = this.columnOf(this.startOf(parent))
    const column = isSeq(value) ? this.writer.columnOfSeq(parentColumn) : parentColumn + this.writer.step
    const text = `${this.writer.newLine}${' '.repeat(column)}${this.writer.block(value, column)}`
    const colon = this.colonAfter(key)
    if (colon === undefined) return undefined
    // A comment after a key without a value stays there.
    if (from === to) return { from: this.lineEnd(colon), to: this.lineEnd(colon), text }
    return { from: colon, to, text }
  }

  private addition(
    parent: YAMLMap | YAMLSeq,
    before: readonly Item[],
    added: readonly Item[]
  ): Patch | undefined {
    const last = before.at(-1)
    if (last === undefined) return undefined
    const end = this.endOf(last)
    const column = this.columnOf(this.startOf(last))
    if (parent.flow === true) {
      const isOnOwnLine = /^\s*$/.test(
        this.source.slice(this.lineStart(this.startOf(last)), this.startOf(last))
      )
      const gap = isOnOwnLine ? `,${this.writer.newLine}${' '.repeat(column)}` : ', '
      return {
        from: end,
        to: end,
        text: added.map((item) => gap + this.writer.item(item, column, true)).join('')
      }
    }
    const { newLine } = this.writer
    const indent = ' '.repeat(isSeq(parent) ? this.columnOf(this.startOf(parent)) : column)
    const lines = added.map(
      (item) =>
        `${indent}${isSeq(parent) ? '- ' : ''}${this.writer.item(item, isSeq(parent) ? indent.length + 2 : column, false)}`
    )
    const parentStart = this.startOf(parent)
    if (this.source.charAt(end - 1) === '\n')
      return { from: end, to: end, text: lines.map((line) => line + newLine).join(''), parent: parentStart }
    const at = this.lineEnd(end)
    return { from: at, to: at, text: lines.map((line) => newLine + line).join(''), parent: parentStart }
  }

  private removal(parent: YAMLMap | YAMLSeq, before: readonly Item[], item: Item): Patch {
    const at = before.indexOf(item)
    const [previous, next] = [before[at - 1], before[at + 1]]
    const [from, to] = [this.startOf(item), this.endOf(item)]
    if (parent.flow !== true && /^ *$/.test(this.source.slice(this.lineStart(from), from))) {
      const end = this.source.charAt(to - 1) === '\n' ? to : this.lineEnd(to)
      const isLastLine = end === this.source.length
      const hasBreak = this.source.charAt(end - 1) === '\n' || isLastLine
      return { from: this.lineStart(from), to: hasBreak ? end : this.source.indexOf('\n', end) + 1, text: '' }
    }
    if (next !== undefined) return { from, to: this.startOf(next), text: '' }
    return { from: previous === undefined ? from : this.endOf(previous), to, text: '' }
  }

  private startOf(item: Item): number {
    const node = isNode(item) ? item : item.key
    return isNode(node) ? (node.range?.[0] ?? 0) : 0
  }

  /** Where an item ends, without the comments and white space after it. */
  private endOf(item: Item): number {
    if (isCollection(item) && item.flow !== true) {
      const last = (this.originals.get(item) ?? itemsOf(item)).at(-1)
      if (last !== undefined) return this.endOf(last)
    }
    if (isNode(item)) return item.range?.[1] ?? 0
    const value = this.values.has(item) ? this.values.get(item) : item.value
    if (isNode(value) && value.range && value.range[0] < value.range[1]) return this.endOf(value)
    return this.colonAfter(item.key) ?? (isNode(item.key) ? (item.key.range?.[1] ?? 0) : 0)
  }

  private colonAfter(key: unknown): number | undefined {
    if (!isScalar(key) || !key.range) return undefined
    const colon = this.source.indexOf(':', key.range[1])
    return colon < 0 || this.source.slice(key.range[1], colon).trim() !== '' ? undefined : colon + 1
  }

  private lineStart(at: number): number {
    return this.source.lastIndexOf('\n', at - 1) + 1
  }

  /** Where the line ends, before its line break. */
  private lineEnd(at: number): number {
    const found = this.source.indexOf('\n', at)
    if (found < 0) return this.source.length
    return this.source.charAt(found - 1) === '\r' ? found - 1 : found
  }

  private columnOf(at: number): number {
    return at - this.lineStart(at)
  }
}

function itemsOf(collection: YAMLMap | YAMLSeq): Item[] {
  return isMap(collection)
    ? [...collection.items]
    : collection.items.filter((item): item is Node => isNode(item))
}
