import type { ChannelEntry, RememberedMessage } from '../../core/catalogue/channel-entry.js'
import { TidingsError } from '../../core/errors.js'
import { payloadBytes, payloadSize } from '../../core/message.js'
import { includesText } from './channel-filter.js'

/** Whether a payload, as text, matches the search. */
export type PayloadTest = (text: string) => boolean

/** The regular expression in `/expression/` or `/expression/i`; nothing if the text is not of that form. */
function regexIn(text: string): { source: string; ignoreCase: boolean } | undefined {
  const match = /^\/(.+)\/(i?)$/s.exec(text)
  return match ? { source: match[1] ?? '', ignoreCase: match[2] === 'i' } : undefined
}

/**
 * What to look for in payloads: a text (in any case, unless it has capital letters), or a regular expression between slashes.
 * Expressions are matched in linear time, whatever they are and whatever the broker sends. Rejects with a `TidingsError` of kind
 * usage if the expression is not one.
 */
export async function compileSearch(text: string): Promise<PayloadTest> {
  const regex = regexIn(text)
  if (!regex) return includesText(text)
  const { RE2JS } = await import('re2js')
  try {
    const compiled = RE2JS.compile(regex.source, regex.ignoreCase ? RE2JS.CASE_INSENSITIVE : 0)
    return (payload) => compiled.matcher(payload).find()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new TidingsError('usage', `cannot search for "${text}": ${reason}`, {
      code: 'bad-regular-expression'
    })
  }
}

/** The payload as the search sees it. */
export function searchedText(message: RememberedMessage): string {
  const { buffer, byteOffset, byteLength } = payloadBytes(message)
  return Buffer.from(buffer, byteOffset, byteLength).toString('utf8')
}

/**
 * Finds the channels that have a kept message whose payload passes the test. A channel that was found stays found. The search works in
 * steps, so that a large catalogue does not block the screen, and it reads every message once.
 */
export class PayloadSearch {
  readonly #found = new Set<string>()
  readonly #searchedTo: number[] = []
  #next = 0
  #inPart = 0

  constructor(readonly test: PayloadTest) {}

  /** Grows with every channel found. */
  get found(): number {
    return this.#found.size
  }

  /** Payloads of which only the beginning is kept, and has not what is looked for. */
  get inPart(): number {
    return this.#inPart
  }

  has(channel: string): boolean {
    return this.#found.has(channel)
  }

  /** Continues through about `budget` bytes of payloads. Returns whether all that is known now has been searched. */
  advance(channels: readonly ChannelEntry[], budget: number): boolean {
    let left = budget
    for (let step = 0; step < channels.length; step++) {
      if (left <= 0) return false
      if (this.#next >= channels.length) this.#next = 0
      left -= this.#look(this.#next, channels[this.#next])
      this.#next++
    }
    return true
  }

  #look(index: number, entry: ChannelEntry | undefined): number {
    const searchedTo = this.#searchedTo[index] ?? 0
    const latest = entry?.latest
    if (!entry || !latest || latest.sequence === searchedTo) return 0
    this.#searchedTo[index] = latest.sequence
    if (this.#found.has(entry.name)) return 0
    let looked = 0
    const history = entry.history
    for (let at = history.length - 1; at >= 0; at--) {
      const message = history[at]
      if (!message || message.sequence <= searchedTo) break
      looked += payloadSize(message) + 64
      if (this.test(searchedText(message))) {
        this.#found.add(entry.name)
        break
      }
      if (payloadSize(message) < message.size) this.#inPart++
    }
    return looked
  }
}
