/** How many different siblings prove a kind: SURE for a kind that is never a word, LIKELY for a kind that may be a word. */
export const SURE = 2
export const LIKELY = 3
/** No number of siblings proves the kind. */
export const NEVER = Number.POSITIVE_INFINITY

/** A kind of identifier that a level of a channel may be. An identifier names one thing among many of its kind. */
export interface LevelKind {
  /** Levels whose kinds have the same key may be values of one parameter. */
  readonly key: string
  /** The word before the identifier, if any: `lamp-` of `lamp-12`. */
  readonly word?: string
  /** The part of the level that differs between identifiers. */
  readonly tail: string
  /** How many siblings prove that they are identifiers. `tails` are the tails of all siblings of the kind. */
  readonly fewest: (tails: readonly string[]) => number
}

/** The word of a prefix, for the name of a parameter. A prefix without letters gives no word. */
export function wordOf(prefix: string): { word?: string } {
  return /[a-z]/i.test(prefix) ? { word: prefix } : {}
}

/** How often a text changes between letters and digits. */
export function switchesIn(text: string): number {
  return (text.match(/(?<=\d)[a-z]|(?<=[a-z])\d/gi) ?? []).length
}
