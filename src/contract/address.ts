import type { PatternRules } from '../core/channel-pattern.js'

/** A part of a level: a text that stands there, or a parameter. */
type Part = { readonly text: string } | { readonly parameter: string }

/** The address of a channel with parameters, such as `device-{id}/temp`. */
export class AddressTemplate {
  readonly #levels: readonly (readonly Part[])[]
  readonly #separator: string

  constructor(address: string, { separator }: Pick<PatternRules, 'separator'>) {
    this.#separator = separator
    this.#levels = address.split(separator).map(partsOf)
  }

  /** Channels of this address have the same number of levels, and the same first level where it has no parameter. */
  get place(): string {
    const [first = []] = this.#levels
    const texts = first.map((part) => ('text' in part ? part.text : undefined))
    return placeOf(this.#levels.length, texts.includes(undefined) ? undefined : texts.join(''))
  }

  /** The values of the parameters in a channel; `undefined` if the channel has not this address. */
  match(channel: string): ReadonlyMap<string, string> | undefined {
    const levels = channel.split(this.#separator)
    if (levels.length !== this.#levels.length) return undefined
    const values = new Map<string, string>()
    for (const [at, parts] of this.#levels.entries())
      if (!matchLevel(parts, levels[at] ?? '', values)) return undefined
    return values
  }
}

/** The places of addresses that a channel may have. */
export function placesOf(channel: string, { separator }: Pick<PatternRules, 'separator'>): readonly string[] {
  const { length, 0: first } = channel.split(separator)
  return [placeOf(length, first), placeOf(length, undefined)]
}

const placeOf = (levels: number, first: string | undefined): string =>
  first === undefined ? `${levels}` : `${levels} ${first}`

/** Whether an address has parameters. */
export const hasParameters = (address: string): boolean => /\{[^{}]+\}/.test(address)

function partsOf(level: string): Part[] {
  return level
    .split(/(\{[^{}]+\})/)
    .filter((text) => text !== '')
    .map((text) => (/^\{.+\}$/.test(text) ? { parameter: text.slice(1, -1) } : { text }))
}

/** Each parameter takes at least one character, and as few as there must be: the last one takes the rest. Takes linear time. */
function matchLevel(parts: readonly Part[], level: string, values: Map<string, string>): boolean {
  let at = 0
  let open: string | undefined
  for (const [index, part] of parts.entries()) {
    if ('parameter' in part) {
      if (open !== undefined) {
        values.set(open, level.slice(at, at + 1))
        at++
      }
      open = part.parameter
      continue
    }
    const isLast = index === parts.length - 1
    const found =
      open === undefined
        ? level.startsWith(part.text, at)
          ? at
          : -1
        : endOf(level, part.text, at + 1, isLast)
    if (found < at) return false
    if (open !== undefined) values.set(open, level.slice(at, found))
    open = undefined
    at = found + part.text.length
  }
  if (open === undefined) return at === level.length
  values.set(open, level.slice(at))
  return at < level.length
}

function endOf(level: string, text: string, from: number, isLast: boolean): number {
  if (!isLast) return level.indexOf(text, from)
  const at = level.length - text.length
  return at >= from && level.endsWith(text) ? at : -1
}
