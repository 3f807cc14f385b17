/** The first code unit of a surrogate, and the first one behind them. */
const [SURROGATES, BEHIND] = [0xd800, 0xe000]

/** A code unit so that the order is that of code points: a surrogate stands for a character behind all that have one unit. */
const rank = (unit: number): number => (unit >= SURROGATES && unit < BEHIND ? unit + 0x10000 : unit)

/**
 * Compares texts by their Unicode code points, as CEL does. JavaScript compares code units, for which an emoji comes before U+FFFD.
 * @returns a number below, at or above zero
 */
export function compareTexts(one: string, other: string): number {
  if (one === other) return 0
  const length = Math.min(one.length, other.length)
  for (let at = 0; at < length; at++) {
    const [a, b] = [one.charCodeAt(at), other.charCodeAt(at)]
    if (a !== b) return rank(a) - rank(b)
  }
  return one.length - other.length
}
