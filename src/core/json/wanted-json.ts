import { decodeUtf8 } from '../utf8.js'

/** The part of a JSON value that is needed: all of it, or only some members if it is an object. */
export type WantedJson = 'all' | WantedMembers

interface WantedMember {
  readonly name: string
  /** The name in UTF-8, as it stands in most JSON. */
  readonly bytes: Uint8Array
  wanted: WantedJson
}

/** Members of objects that are needed, and of those again members or all. Few are expected: they are looked at one by one. */
export class WantedMembers {
  readonly #members: WantedMember[] = []

  /** Makes a tree of paths, such as `a.b`, which is `['a', 'b']`. A path that another one begins with makes that one needless. */
  static of(paths: Iterable<readonly string[]>): WantedJson {
    const members = new WantedMembers()
    for (const path of paths) {
      if (path.length === 0) return 'all'
      members.#add(path)
    }
    return members
  }

  #add(path: readonly string[]): void {
    const [name = '', ...rest] = path
    let member = this.#members.find((each) => each.name === name)
    if (member === undefined) {
      member = { name, bytes: Buffer.from(name), wanted: rest.length === 0 ? 'all' : new WantedMembers() }
      this.#members.push(member)
    }
    if (rest.length === 0) member.wanted = 'all'
    else if (member.wanted !== 'all') member.wanted.#add(rest)
  }

  /** The wanted member whose name, as JSON writes it between quotes, is in the bytes from `start` to before `end`. */
  find(bytes: Uint8Array, start: number, end: number): WantedMember | undefined {
    for (const member of this.#members) if (isAt(member.bytes, bytes, start, end)) return member
    if (!hasEscape(bytes, start, end)) return undefined
    const name: unknown = JSON.parse(`"${decodeUtf8(bytes, start, end)}"`)
    return this.#members.find((member) => member.name === name)
  }
}

function isAt(name: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (name.length !== end - start) return false
  for (let at = 0; at < name.length; at++) if (name[at] !== bytes[start + at]) return false
  return true
}

function hasEscape(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] === 0x5c) return true
  return false
}
