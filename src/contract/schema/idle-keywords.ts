import { closestName } from '../../core/closest-name.js'
import { quoteName } from '../../core/visible-text.js'
import type { Place } from '../place.js'
import { Unchecked } from '../unchecked.js'
import { FORMATS, UNCHECKED_FORMATS } from './formats.js'
import { DRAFTS, type Draft, KEYWORDS } from './keywords.js'

/** Members of schemas that say nothing of whether a value is valid, and whose names are near to those of keywords or could be an example's. */
export const NOTES: ReadonlySet<string> = new Set(
  `title description default example examples deprecated readOnly writeOnly nullable discriminator externalDocs xml
  $schema $id id $anchor $dynamicAnchor $recursiveAnchor $comment $defs $vocabulary definitions
  contentEncoding contentMediaType contentSchema`.split(/\s+/)
)

const NAMES = [...new Set(DRAFTS.flatMap((draft) => [...KEYWORDS[draft].keys()]))]
/** Shorter names are near to too many words, longer ones are no keywords, and extensions (`x-...`) are meant as they are. */
const LIKE_KEYWORD = /^[$a-z]{5,24}$/i

/** For a longer name of a format no other is looked for. */
const LONGEST_FORMAT = 40

/** Members of schemas that are not checked, although their authors probably mean them to be: misspelt keywords, and those of other drafts. */
export class IdleKeywords {
  readonly #unchecked = new Unchecked()
  readonly #why = new Map<string, string | undefined>()

  /** Notes a member that is no keyword of the draft. */
  note(name: string, draft: Draft, place: Place): void {
    if (NOTES.has(name) || !LIKE_KEYWORD.test(name)) return
    const id = `${draft} ${name}`
    if (!this.#why.has(id)) this.#why.set(id, whyIdle(name, draft))
    const why = this.#why.get(id)
    if (why === undefined) return
    this.#unchecked.note(why, place)
  }

  /** Notes a format that has no check. Its texts may be of any form. */
  noteFormat(name: string, place: Place): void {
    if (!FORMATS.includes(name)) this.#unchecked.note(whyNoFormat(name), place)
  }

  /** Notes a keyword beside a reference, in a draft in which the reference stands for the whole schema. */
  noteBesideReference(name: string, draft: Draft, place: Place): void {
    this.#unchecked.note(
      `"${name}" beside "$ref" is not checked in ${draft}; write both into "allOf":`,
      place
    )
  }

  /** A sentence for each name. */
  sentences(): readonly string[] {
    return this.#unchecked.sentences()
  }
}

function whyIdle(name: string, draft: Draft): string | undefined {
  if (NAMES.includes(name)) return `${quoteName(name)} is no keyword of ${draft} and is not checked:`
  const meant = closestName(name, [...KEYWORDS[draft].keys()])
  return meant && `${quoteName(name)} is no keyword and is not checked; did you mean "${meant}"?`
}

function whyNoFormat(name: string): string {
  const what = `the format ${quoteName(name)} is not checked`
  const isNamed = UNCHECKED_FORMATS.includes(name) || name.length > LONGEST_FORMAT
  const meant = isNamed ? undefined : closestName(name, FORMATS)
  return meant === undefined ? `${what}:` : `${what}; did you mean "${meant}"?`
}
