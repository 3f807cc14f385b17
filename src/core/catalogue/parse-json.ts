import { JsonNumber, type JsonTree, jsonObject } from './json-tree.js'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const SPACE = 0x20

/** Says that an object has a name twice. */
export class RepeatedName extends SyntaxError {
  /** @param at where the name stands again, in UTF-16 units from the start of the text */
  constructor(
    readonly repeated: string,
    readonly at: number
  ) {
    super('a name stands twice in an object')
  }
}

/**
 * Parses a JSON text that `scanJson` has accepted. Numbers keep their text. If an object repeats a name, the last value counts, unless
 * repeats are refused. An object or array deeper than `maxDepth` levels is read as empty, so that no payload can overflow the stack.
 * @throws RepeatedName where repeats are refused and a name stands twice in an object
 * @throws SyntaxError for a text that ends too early or has no value where one must be; other errors may stay unnoticed
 */
export function parseJson(text: string, maxDepth = 64, { refusesRepeats = false } = {}): JsonTree {
  return new Parser(text, maxDepth, refusesRepeats).value()
}

class Parser {
  private at = 0

  constructor(
    private readonly text: string,
    private depthLeft: number,
    private readonly refusesRepeats: boolean
  ) {}

  value(): JsonTree {
    const first = this.peek()
    if (first === QUOTE) return this.string()
    if (first === OPEN_OBJECT) return this.nested(jsonObject, () => this.object())
    if (first === OPEN_ARRAY)
      return this.nested(
        () => [],
        () => this.array()
      )
    return this.literal()
  }

  private peek(): number {
    while (this.text.charCodeAt(this.at) <= SPACE) this.at++
    return this.at < this.text.length ? this.text.charCodeAt(this.at) : this.refuse()
  }

  private refuse(): never {
    throw new SyntaxError(`not JSON at ${this.at}`)
  }

  private nested(empty: () => JsonTree, read: () => JsonTree): JsonTree {
    if (this.depthLeft === 0) {
      this.skip()
      return empty()
    }
    this.depthLeft--
    const value = read()
    this.depthLeft++
    return value
  }

  private object(): JsonTree {
    const object = jsonObject()
    this.at++
    while (this.peek() !== CLOSE_OBJECT) {
      if (this.text.charCodeAt(this.at) === COMMA) {
        this.at++
        this.peek()
      }
      const from = this.at
      const name = this.string()
      if (this.refusesRepeats && name in object) throw new RepeatedName(name, from)
      if (this.peek() === COLON) this.at++
      object[name] = this.value()
    }
    this.at++
    return object
  }

  private array(): JsonTree {
    const array: JsonTree[] = []
    this.at++
    while (this.peek() !== CLOSE_ARRAY) {
      if (this.text.charCodeAt(this.at) === COMMA) this.at++
      array.push(this.value())
    }
    this.at++
    return array
  }

  private string(): string {
    const start = this.at
    let plain = true
    for (let code = this.text.charCodeAt(++this.at); code !== QUOTE; code = this.text.charCodeAt(++this.at)) {
      if (this.at >= this.text.length) this.refuse()
      if (code !== BACKSLASH) continue
      plain = false
      this.at++
    }
    this.at++
    return plain ? this.text.slice(start + 1, this.at - 1) : JSON.parse(this.text.slice(start, this.at))
  }

  private literal(): JsonTree {
    const start = this.at
    while (isLiteral(this.text.charCodeAt(this.at))) this.at++
    if (this.at === start) this.refuse()
    const word = this.text.slice(start, this.at)
    if (word === 'null') return null
    if (word === 'true' || word === 'false') return word === 'true'
    return new JsonNumber(word)
  }

  private skip(): void {
    let open = 0
    do {
      const code = this.peek()
      if (code === QUOTE) {
        this.string()
        continue
      }
      if (code === OPEN_OBJECT || code === OPEN_ARRAY) open++
      if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) open--
      this.at++
    } while (open > 0)
  }
}

/** Whether the character can be in a number, or in the words true, false and null. */
function isLiteral(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) ||
    (code >= 0x61 && code <= 0x7a) ||
    code === 0x45 ||
    code === 0x2b ||
    code === 0x2d ||
    code === 0x2e
  )
}
