import { type LevelKind, LIKELY, NEVER, SURE, switchesIn, wordOf } from './level-kind.js'

/**
 * Tails of at least this length may differ in their length. The second value is for tails after a prefix, which ends in neither a letter
 * nor a digit.
 */
const LONG = 8
const LONG_WITH_PREFIX = 6
const LONGEST = 64
/** Tails of at most this length are too much like units and names of rooms, so more of them must agree. */
const SHORT = 3

/** No word has so many letters from `a` to `f`. */
const HARDWARE_ADDRESS = 12

/** The ends of a level that may be hexadecimal numbers: with only small letters, with only capital letters, and digits alone. */
const TAILS = [/[0-9a-f]+$/, /[0-9A-F]+$/, /\d+$/]

/** Letters before or after a number may be a word or a unit: `bed100`, `24dc`. */
const WORD_LIKE = /^(?:[a-f]{3,}\d+|\d+[a-f]{3,})$/i

/** The hexadecimal numbers that a level may end in. Its siblings decide whether the end is a number or a word. */
export function hexTailKinds(level: string): LevelKind[] {
  const tails = new Set(TAILS.flatMap((expression) => expression.exec(level)?.[0] ?? []))
  return [...tails]
    .filter(({ length }) => length >= 2 && length <= LONGEST)
    .map((tail) => {
      const prefix = level.slice(0, level.length - tail.length)
      const isDivided = prefix === '' || !/[0-9a-z]$/i.test(prefix)
      const isLong = isDivided && tail.length >= (prefix === '' ? LONG : LONG_WITH_PREFIX)
      return {
        key: `hex ${isLong ? '' : tail.length} ${prefix}`,
        ...wordOf(prefix),
        tail,
        fewest: isLong ? fewestLong : fewestShort
      }
    })
}

function fewestLong(tails: readonly string[]): number {
  return tails.some(isStrong) ? SURE : NEVER
}

function fewestShort(tails: readonly string[]): number {
  const withDigits = tails.filter((tail) => /\d/.test(tail))
  const areShort = (tails[0] ?? '').length <= SHORT
  if (withDigits.length < (areShort ? LIKELY : SURE)) return NEVER
  if (!areShort && tails.some((tail) => switchesIn(tail) >= 2)) return SURE
  return withDigits.some(isMixed) && hasMixedPlace(withDigits) ? LIKELY : NEVER
}

const isMixed = (tail: string): boolean => switchesIn(tail) > 0
const isStrong = (tail: string): boolean =>
  isMixed(tail) && (tail.length >= HARDWARE_ADDRESS || !WORD_LIKE.test(tail))

/** Whether, at some place, one tail has a digit and another has a letter. `0a` and `10` have such a place; `10a` and `16a` have none. */
function hasMixedPlace(tails: readonly string[]): boolean {
  return [...(tails[0] ?? '')].some((_, at) => {
    const digits = tails.filter((tail) => /\d/.test(tail.charAt(at))).length
    return digits > 0 && digits < tails.length
  })
}
