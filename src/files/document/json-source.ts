import { formatJson, isJsonObject, type JsonTree } from '../../core/catalogue/json-tree.js'
import { parseJson } from '../../core/catalogue/parse-json.js'

/** The place of a value in a JSON text, and the places of its members or items. */
interface Place {
  readonly from: number
  readonly to: number
  readonly members?: readonly Member[]
  readonly items?: readonly Member[]
}

interface Member {
  /** Where a member's name begins, or where an item begins. */
  readonly from: number
  readonly name: string
  readonly value: Place
}

/** A JSON text that can be written with other values. Parts whose values stay the same keep their bytes. */
export class JsonSource {
  private readonly newLine: string
  /** The indentation of one level; empty if the whole text is on one line. */
  private readonly step: string
  private readonly colon: string

  constructor(
    private readonly text: string,
    private readonly depth: number
  ) {
    this.newLine = text.includes('\r\n') ? '\r\n' : '\n'
    this.step = /\n([ \t]+)"/.exec(text)?.[1] ?? (text.trim().includes('\n') ? '  ' : '')
    this.colon = /"\s*:\s/.test(text) || this.step !== '' ? ': ' : ':'
  }

  /** Writes the text with another value. */
  write(value: JsonTree): string {
    const root = new PlaceReader(this.text).root()
    const text = this.text.slice(0, root.from) + this.render(root, value) + this.text.slice(root.to)
    // If an object repeats a name, its members cannot be matched with the value: then the whole text is written anew.
    if (formatJson(parseJson(text, this.depth)) === formatJson(value)) return text
    return this.fresh(value, '') + this.newLine
  }

  private render(place: Place, value: JsonTree): string {
    const { from, to, members, items } = place
    if (members !== undefined && isJsonObject(value)) return this.renderObject(place, members, value)
    if (items !== undefined && Array.isArray(value)) {
      const kept = items.slice(0, value.length)
      const added = value.slice(items.length).map((item) => (indent: string) => this.fresh(item, indent))
      return this.join(
        place,
        items,
        kept,
        ({ value: at, name }) => this.render(at, value[Number(name)] ?? null),
        added
      )
    }
    const before = this.text.slice(from, to)
    return formatJson(parseJson(before, this.depth)) === formatJson(value)
      ? before
      : this.fresh(value, this.indentAt(from))
  }

  private renderObject(
    place: Place,
    members: readonly Member[],
    value: { readonly [name: string]: JsonTree }
  ): string {
    const names = new Set(members.map(({ name }) => name))
    const kept = members.filter(({ name }) => Object.hasOwn(value, name))
    const added = Object.entries(value)
      .filter(([name]) => !names.has(name))
      .map(
        ([name, member]) =>
          (indent: string) =>
            `${JSON.stringify(name)}${this.colon}${this.fresh(member, indent)}`
      )
    const write = ({ from, name, value: at }: Member) =>
      this.text.slice(from, at.from) + this.render(at, value[name] ?? null)
    return this.join(place, members, kept, write, added)
  }

  /** Joins the parts that stay, with the text that was between them, and the new parts, with the text between the first two parts. */
  private join(
    place: Place,
    before: readonly Member[],
    kept: readonly Member[],
    write: (member: Member) => string,
    added: readonly ((indent: string) => string)[]
  ): string {
    const [first, last] = [before[0], before.at(-1)]
    const open = this.text.charAt(place.from)
    const close = this.text.charAt(place.to - 1)
    if (first === undefined || last === undefined || kept.length + added.length === 0) {
      if (added.length === 0)
        return before.length === 0 ? this.text.slice(place.from, place.to) : open + close
      const indent = this.indentAt(place.from)
      const gap = this.step === '' ? '' : `${this.newLine}${indent}${this.step}`
      const end = this.step === '' ? '' : `${this.newLine}${indent}`
      return `${open}${added.map((text) => gap + text(indent + this.step)).join(',')}${end}${close}`
    }
    const lead = this.text.slice(place.from + 1, first.from)
    const indent = lead.includes('\n') ? lead.slice(lead.lastIndexOf('\n') + 1) : this.indentAt(place.from)
    const second = before[1]
    const gap =
      second === undefined
        ? `,${lead === '' && this.step !== '' ? ' ' : lead}`
        : this.text.slice(first.value.to, second.from)
    const previous = new Map(before.map((member, at) => [member, before[at - 1]]))
    const texts = [
      ...kept.map((member) => {
        const there = previous.get(member)
        return {
          gap: there === undefined ? gap : this.text.slice(there.value.to, member.from),
          text: write(member)
        }
      }),
      ...added.map((text) => ({ gap, text: text(indent) }))
    ]
    const joined = texts.map(({ gap, text }, at) => (at === 0 ? text : gap + text)).join('')
    return open + lead + joined + this.text.slice(last.value.to, place.to)
  }

  private fresh(value: JsonTree, indent: string): string {
    if (this.step === '') return formatJson(value)
    return formatJson(value, 1).replace(
      /\n( *)/g,
      (_, spaces: string) => `${this.newLine}${indent}${this.step.repeat(spaces.length)}`
    )
  }

  /** The white space at the start of the line of `at`. */
  private indentAt(at: number): string {
    if (this.step === '') return ''
    const start = this.text.lastIndexOf('\n', at - 1) + 1
    return /^[ \t]*/.exec(this.text.slice(start, at))?.[0] ?? ''
  }
}

/** Finds the places of values in a text that is JSON. */
class PlaceReader {
  private at = 0

  constructor(private readonly text: string) {}

  root(): Place {
    return this.value()
  }

  private value(): Place {
    this.skip(/\s*/y)
    const from = this.at
    const first = this.text.charAt(from)
    if (first === '{') return { from, members: this.parts('}', () => this.member()), to: this.at }
    if (first === '[') return { from, items: this.parts(']', (position) => this.item(position)), to: this.at }
    this.skip(first === '"' ? STRING : /[^\s,\]}]*/y)
    return { from, to: this.at }
  }

  private parts(close: string, part: (position: number) => Member): Member[] {
    const parts: Member[] = []
    this.at++
    for (this.skip(/\s*/y); this.text.charAt(this.at) !== close; this.skip(/[\s,]*/y))
      parts.push(part(parts.length))
    this.at++
    return parts
  }

  private member(): Member {
    const from = this.at
    this.skip(STRING)
    const name: unknown = JSON.parse(this.text.slice(from, this.at))
    this.skip(/\s*:/y)
    return { from, name: String(name), value: this.value() }
  }

  private item(position: number): Member {
    const value = this.value()
    return { from: value.from, name: String(position), value }
  }

  private skip(expression: RegExp): void {
    expression.lastIndex = this.at
    const match = expression.exec(this.text)
    if (match !== null) this.at = expression.lastIndex
  }
}

const STRING = /"(?:[^"\\]|\\.)*"/sy
