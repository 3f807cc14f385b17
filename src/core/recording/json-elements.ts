import { ByteWriter } from '../byte-writer.js'
import { TidingsError } from '../errors.js'
import { MAX_LINE_BYTES } from '../lines.js'

/** A value of a list. */
export interface JsonElement {
  readonly bytes: Uint8Array
  /** The line on which it starts, counted from 1. */
  readonly line: number
  /** It is a value of the list `messages` of an object, not of the outer list. */
  readonly isInner: boolean
  /** The file ends within it. */
  readonly torn: boolean
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const COLON = 0x3a
const LF = 0x0a
const SPACE = 0x20
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const INNER_LIST = 'messages'

const isSeparator = (byte: number) => byte === COMMA || byte === CLOSE_LIST || byte === CLOSE_OBJECT

/** The bytes of one element, which may come in several chunks. */
class Collected {
  readonly #bytes = new ByteWriter()
  #from = -1
  line = 0
  isOpen = false

  constructor(private readonly isInner: boolean) {}

  /** Collects from the byte at `at` of the current chunk on. */
  open(at: number, line: number): void {
    this.isOpen = true
    this.line = line
    this.#from = at
  }

  resume(at: number): void {
    this.#from = at
  }

  /** Collects what is before `end` of the chunk, and pauses. */
  pause(chunk: Uint8Array, end: number): void {
    if (this.#from >= 0) this.#bytes.writeBytes(chunk, this.#from, end)
    this.#from = -1
    if (this.#bytes.length > MAX_LINE_BYTES) throw tooLong(this.line)
  }

  /** The chunk is at its end; the next one goes on. */
  carry(chunk: Uint8Array): void {
    if (this.#from < 0) return
    this.pause(chunk, chunk.length)
    this.#from = 0
  }

  take(torn = false): JsonElement {
    this.isOpen = false
    this.#from = -1
    return { bytes: this.#bytes.take(), line: this.line, isInner: this.isInner, torn }
  }
}

/**
 * Cuts JSON into the values of its outer list, however it is laid out, and holds one of them at a time. An object outside of any list is
 * one value. The values of a list that an object has as its member `messages` come by themselves, before the object, which then has
 * an empty list there. What is outside of lists and objects is the last value. Whether a value is JSON is for its reader to find out.
 * @throws TidingsError of kind bad-input for a value larger than a line may be
 */
export async function* jsonElements(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<JsonElement[]> {
  const splitter = new Splitter()
  for await (const chunk of chunks) {
    const elements = splitter.push(chunk)
    if (elements.length > 0) yield elements
  }
  const rest = splitter.end()
  if (rest !== undefined) yield [rest]
}

class Splitter {
  #line = 1
  /** Something that is no list stands outside of it: what follows cannot be told. */
  #isLost = false
  #depth = 0
  /** How deep the members of an object of the outer list are. */
  #memberDepth = 1
  #inString = false
  #escaped = false
  /** The name of the current member, and whether it is being read. */
  #name = ''
  #isNaming = false
  #inMessages = false
  readonly #outer = new Collected(false)
  readonly #inner = new Collected(true)

  push(chunk: Uint8Array): JsonElement[] {
    const elements: JsonElement[] = []
    if (this.#isLost) return elements
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] as number
      if (byte === LF) this.#line++
      if (this.#inString) this.#stringByte(byte)
      else if (byte <= SPACE) continue
      else if (this.#depth > 0 || byte === OPEN_LIST || byte === OPEN_OBJECT)
        this.#structuralByte(byte, at, chunk, elements)
      else {
        this.#isLost = true
        elements.push({ bytes: chunk.slice(at), line: this.#line, isInner: false, torn: false })
        break
      }
    }
    this.#outer.carry(chunk)
    this.#inner.carry(chunk)
    return elements
  }

  /** What the file ends within. */
  end(): JsonElement | undefined {
    if (this.#inner.isOpen) return this.#inner.take(true)
    if (this.#depth === 0) return undefined
    return { ...this.#outer.take(true), line: this.#line }
  }

  #stringByte(byte: number): void {
    if (this.#escaped) this.#escaped = false
    else if (byte === BACKSLASH) this.#escaped = true
    else if (byte === QUOTE) {
      this.#inString = false
      return
    }
    if (!this.#isNaming) return
    this.#name += String.fromCharCode(byte)
    this.#isNaming = this.#name.length <= INNER_LIST.length
  }

  #structuralByte(byte: number, at: number, chunk: Uint8Array, elements: JsonElement[]): void {
    const list = this.#listHere()
    if (list !== undefined && !list.isOpen && !isSeparator(byte)) list.open(at, this.#line)
    // A number or a word has no end of its own.
    else if (list?.isOpen === true && isSeparator(byte)) elements.push(this.#close(list, chunk, at))
    if (byte === QUOTE) {
      this.#inString = true
      this.#isNaming = !this.#inMessages && this.#depth === this.#memberDepth
      if (this.#isNaming) this.#name = ''
    } else if (byte === COMMA || byte === COLON) {
      if (byte === COMMA && this.#depth === this.#memberDepth) this.#name = ''
    } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) this.#open(byte, at, chunk)
    else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) this.#closeContainer(at, chunk, elements)
  }

  /** The list whose values would begin or end here. */
  #listHere(): Collected | undefined {
    if (this.#inMessages) return this.#depth === this.#memberDepth + 1 ? this.#inner : undefined
    return this.#depth === this.#memberDepth - 1 && this.#depth > 0 ? this.#outer : undefined
  }

  #open(byte: number, at: number, chunk: Uint8Array): void {
    if (this.#depth === 0) {
      this.#memberDepth = byte === OPEN_LIST ? 2 : 1
      if (byte === OPEN_OBJECT) this.#outer.open(at, this.#line)
    } else if (this.#depth === this.#memberDepth && byte === OPEN_LIST && this.#name === INNER_LIST) {
      this.#inMessages = true
      this.#outer.pause(chunk, at + 1)
    }
    this.#depth++
  }

  #closeContainer(at: number, chunk: Uint8Array, elements: JsonElement[]): void {
    if (this.#depth > 0) this.#depth--
    if (this.#inMessages && this.#depth === this.#memberDepth) {
      this.#inMessages = false
      this.#name = ''
      this.#outer.resume(at)
      return
    }
    const isSingle = this.#depth === 0 && this.#memberDepth === 1
    const list = isSingle ? this.#outer : this.#listHere()
    if (list?.isOpen === true) elements.push(this.#close(list, chunk, at + 1))
  }

  #close(list: Collected, chunk: Uint8Array, end: number): JsonElement {
    list.pause(chunk, end)
    return list.take()
  }
}

function tooLong(line: number): TidingsError {
  return new TidingsError(
    'bad-input',
    `the value that begins at line ${line} is too long: more than ${MAX_LINE_BYTES} bytes`,
    { code: 'line-too-long', suggestion: 'a bracket or a quote may be missing there', details: { line } }
  )
}
