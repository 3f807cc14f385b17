import type { Message } from '../core/message.js'
import { quoteName } from '../core/visible-text.js'
import { LONGEST_NAME, nearName } from './near-name.js'
import { dashedMember } from './other-languages.js'
import type { Uses } from './used-names.js'

/** So many missing names are thought about: hostile messages can make up any number. */
const MOST_FIELDS = 20
/** In so many messages without a field, a name like it is looked for. */
const MOST_LOOKS = 10

interface Field {
  looks: number
  /** What messages without it have. */
  near: string | undefined
}

/** Finds out what was probably meant by fields that no message has. */
export class MissingFields {
  readonly #fields = new Map<string, Field>()

  /**
   * @param expression the text of the condition
   * @param uses where it looks
   */
  constructor(
    private readonly expression: string,
    private readonly uses: Pick<Uses, 'payload' | 'headers'>
  ) {}

  /** A message has no such field. */
  note(name: string, message: Message): void {
    let field = this.#fields.get(name)
    if (field === undefined) {
      if (this.#fields.size === MOST_FIELDS || name.length > LONGEST_NAME) return
      field = { looks: 0, near: undefined }
      this.#fields.set(name, field)
    }
    if (field.looks === MOST_LOOKS || field.near !== undefined) return
    field.looks++
    field.near = nearName(name, this.uses, message)
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
