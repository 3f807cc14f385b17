import { closestName } from '../core/closest-name.js'
import type { Message } from '../core/message.js'
import { decodeUtf8 } from '../core/utf8.js'
import { quoteName } from '../core/visible-text.js'
import { dashedMember } from './other-languages.js'

/** So many missing names are thought about: hostile messages can make up any number. */
const MOST_FIELDS = 20
/** In so many messages without a field, a name like it is looked for. */
const MOST_LOOKS = 10
/** Bytes of a payload, and names in a message, among which is looked. */
const MOST_BYTES = 64 * 1024
const MOST_NAMES = 500
/** No longer name is a misspelt one. */
const LONGEST = 64

interface Field {
  looks: number
  /** What messages without it have. */
  near: string | undefined
}

/** Finds out what was probably meant by fields that no message has. */
export class MissingFields {
  readonly #fields = new Map<string, Field>()

  /** @param expression the text of the condition */
  constructor(private readonly expression: string) {}

  /** A message has no such field. */
  note(name: string, message: Message): void {
    let field = this.#fields.get(name)
    if (field === undefined) {
      if (this.#fields.size === MOST_FIELDS || name.length > LONGEST) return
      field = { looks: 0, near: undefined }
      this.#fields.set(name, field)
    }
    if (field.looks === MOST_LOOKS || field.near !== undefined) return
    field.looks++
    field.near = closestName(name, namesIn(message))
  }

  /** What to write instead. @param hasMatched some message has met the condition, so that its names are right */
  hints(hasMatched: boolean): string[] {
    return Array.from(this.#fields).flatMap(([name, { near }]) => {
      const rewritten = dashedMember(this.expression, name) ?? askedForNull(this.expression, name)
      if (rewritten !== undefined) return [rewritten]
      return near === undefined || hasMatched ? [] : [`did you mean ${quoteName(near)}?`]
    })
  }
}

/** What is not there is not null either. */
function askedForNull(expression: string, name: string): string | undefined {
  const [, place, bracketed, operator] =
    new RegExp(
      `\\b((?:payload|headers)[\\w.]*(?:\\.${escaped(name)}|\\[(["']${escaped(name)}["'])\\]))\\s*([=!]=)\\s*null\\b`,
      'u'
    ).exec(expression) ?? []
  if (place === undefined) return undefined
  const owner = place.slice(0, place.length - (bracketed?.length ?? 0) - 2)
  const isThere = bracketed === undefined ? `has(${place})` : `${bracketed} in ${owner}`
  const isMissing = bracketed === undefined ? `!${isThere}` : `!(${isThere})`
  return `to ask whether it is there, write ${operator === '==' ? isMissing : isThere}`
}

const escaped = (name: string) =>
  name.replace(/[^\w]/g, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)

/** The names of headers and of members of the payload, at any depth, as far as they are few. */
function namesIn({ headers, payload }: Message): string[] {
  const names = headers.map(([name]) => name)
  const values = [parsed(payload)]
  // The list grows while it is walked through.
  for (const value of values) {
    if (names.length + values.length > MOST_NAMES) break
    if (typeof value !== 'object' || value === null) continue
    if (!Array.isArray(value)) names.push(...Object.keys(value))
    values.push(...Object.values(value))
  }
  return names.slice(0, MOST_NAMES).filter(({ length }) => length <= LONGEST)
}

function parsed(payload: Uint8Array | null): unknown {
  if (payload === null || payload.length > MOST_BYTES) return undefined
  try {
    return JSON.parse(decodeUtf8(payload))
  } catch {
    return undefined
  }
}
