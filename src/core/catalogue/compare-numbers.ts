const INTEGER = /^-?\d+$/
const LONGEST_EXACT = 15

/**
 * Compares two numbers as they are written: the result is negative if the first is smaller. Integers of any length are compared
 * exactly. Numbers with a fraction or an exponent are compared with the precision of JavaScript's numbers.
 */
export function compareNumbers(a: string, b: string): number {
  if (a === b) return 0
  const exact = a.length > LONGEST_EXACT || b.length > LONGEST_EXACT
  if (!exact || !INTEGER.test(a) || !INTEGER.test(b)) return Number(a) - Number(b) || 0
  if (a.length > 1000 || b.length > 1000) return compareDigits(a, b)
  const difference = BigInt(a) - BigInt(b)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

// BigInt takes more than linear time to read digits, and a payload may have a number of millions of digits.
function compareDigits(a: string, b: string): number {
  const negative = a.startsWith('-')
  if (negative !== b.startsWith('-')) return negative ? -1 : 1
  const larger = a.length - b.length || (a < b ? -1 : 1)
  return negative ? -larger : larger
}
