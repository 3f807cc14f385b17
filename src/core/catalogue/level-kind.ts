/** How many different identifiers it takes: of a kind that is never a word, and of a kind that may be one. */
export const SURE = 2
export const LIKELY = 3
/** What no number of siblings can prove. */
export const NEVER = Number.POSITIVE_INFINITY

/** What a level of a channel looks like when it names one thing among many of its kind. */
export interface LevelKind {
  /** Levels that have a kind of the same key may stand for each other. */
  readonly key: string
  /** The word before the identifier, if any: `lamp-` of `lamp-12`. */
  readonly word?: string
  /** The part of the level that tells one thing from another. */
  readonly tail: string
  /** How many siblings it takes for them to be identifiers, if these are their tails. */
  readonly fewest: (tails: readonly string[]) => number
}

/** The word of a prefix, for the name of a parameter; digits alone would make no name. */
export function wordOf(prefix: string): { word?: string } {
  return /[a-z]/i.test(prefix) ? { word: prefix } : {}
}

/** How often letters and digits take turns in a text of both. */
export function switchesIn(text: string): number {
  return (text.match(/(?<=\d)[a-z]|(?<=[a-z])\d/gi) ?? []).length
}
