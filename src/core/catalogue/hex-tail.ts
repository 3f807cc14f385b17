import { type LevelKind, LIKELY, NEVER, SURE, switchesIn, wordOf } from './level-kind.js'

/** From that length on hexadecimal digits need not be of equal length, by themselves and behind a prefix that ends in no letter. */
const LONG = 8
const LONG_WITH_PREFIX = 6
const LONGEST = 64
/** Shorter ones are too much like units and the names of rooms: more of them have to agree. */
const SHORT = 3

/** No word has that many letters of `a` to `f`. */
const HARDWARE_ADDRESS = 12

/** At the end of a level: hexadecimal digits whose letters are all small or all capital, and digits alone. */
const TAILS = [/[0-9a-f]+$/, /[0-9A-F]+$/, /\d+$/]

/** Letters in front of a number, or behind it, may be a word or a unit: `bed100`, `24dc`. */
const WORD_LIKE = /^(?:[a-f]{3,}\d+|\d+[a-f]{3,})$/i

/** The hexadecimal number that a level may end in; whether it is one, and no word, is told by its siblings. */
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

/** Whether somewhere one has a digit where another one has a letter, as `0a` and `10`, and not as `10a` and `16a`. */
function hasMixedPlace(tails: readonly string[]): boolean {
  return [...(tails[0] ?? '')].some((_, at) => {
    const digits = tails.filter((tail) => /\d/.test(tail.charAt(at))).length
    return digits > 0 && digits < tails.length
  })
}
