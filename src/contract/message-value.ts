import type { Violation } from '../core/contract.js'
import { jsonProblem } from '../core/json/json-text.js'
import type { Message } from '../core/message.js'
import { decodeUtf8, isUtf8 } from '../core/utf8.js'
import type { Json } from './schema/same-values.js'
import { cut, valueInWords } from './words/value-words.js'

/** A longer payload is not checked: as values it would take many times its size. */
export const MOST_BYTES = 8 * 1024 * 1024

/** Of a longer payload the first mistake is told: a list may have a mistake in each of its items. */
const MOST_SEARCHED = 16 * 1024

/** The payload of one message after another. It is read once, however many schemas look at it. */
export class MessageValue {
  #message: Message | undefined
  #json: Json | undefined
  #text: string | undefined
  #isRead = false
  #isTextRead = false

  /** Begins with the next message. */
  of(message: Message): void {
    this.#message = message
    this.#json = undefined
    this.#text = undefined
    this.#isRead = false
    this.#isTextRead = false
  }

  get bytes(): Uint8Array | null {
    return this.#message?.payload ?? null
  }

  get isTooLarge(): boolean {
    return (this.#message?.payload?.length ?? 0) > MOST_BYTES
  }

  /** Whether a payload may have so many mistakes that they are not all looked for. */
  get isLarge(): boolean {
    return (this.#message?.payload?.length ?? 0) > MOST_SEARCHED
  }

  /** The value of JSON; null where there is no payload at all; `undefined` where the payload is not JSON. */
  get json(): Json | undefined {
    if (!this.#isRead) {
      this.#isRead = true
      this.#json = this.#readJson()
    }
    return this.#json
  }

  /** The payload as text; `undefined` where it is no text. */
  get text(): string | undefined {
    if (!this.#isTextRead) {
      this.#isTextRead = true
      this.#text = this.#readText()
    }
    return this.#text
  }

  /** Why the payload is not JSON. */
  notJson(schema: string): Violation {
    const bytes = this.bytes ?? new Uint8Array(0)
    const { line, column, reason } = jsonProblem(bytes) ?? { line: 1, column: 1, reason: 'it is no UTF-8' }
    const start =
      bytes.length === 0 ? 'an empty payload' : valueInWords(this.text ?? 'bytes that are no text')
    const found = cut(bytes.length === 0 ? start : `${start}: line ${line}, column ${column}: ${reason}`)
    return { part: 'payload', pointer: '', rule: 'json', expected: 'JSON', found, schema }
  }

  /** That the payload is no text. */
  notText(schema: string): Violation {
    const found = this.bytes === null ? 'no payload' : 'bytes that are not UTF-8'
    return { part: 'payload', pointer: '', rule: 'text', expected: 'a text', found, schema }
  }

  #readJson(): Json | undefined {
    if (this.bytes === null) return null
    const { text } = this
    if (text === undefined) return undefined
    try {
      return JSON.parse(text)
    } catch {
      return undefined
    }
  }

  #readText(): string | undefined {
    const { bytes } = this
    if (bytes === null) return undefined
    const text = decodeUtf8(bytes)
    return text.includes('\uFFFD') && !isUtf8(bytes) ? undefined : text
  }
}
