import { compareNumbers } from './compare-numbers.js'

/** What numbers at one place have in common. */
export class NumberFacts {
  count = 0
  integers = 0
  /** How many numbers came since the last number that widened the range. */
  steady = 0

  constructor(
    public least: string,
    public greatest: string
  ) {}

  add(text: string): void {
    this.count++
    if (isInteger(text)) this.integers++
    this.steady++
    this.widen(text, text)
  }

  merge(other: NumberFacts): void {
    const mine = this.steady
    this.count += other.count
    this.integers += other.integers
    this.steady += other.count
    const wider =
      compareNumbers(this.least, other.least) < 0 || compareNumbers(this.greatest, other.greatest) > 0
    if (this.widen(other.least, other.greatest))
      this.steady = wider ? Math.min(mine, other.steady) : other.steady + mine
  }

  private widen(least: string, greatest: string): boolean {
    const lower = compareNumbers(least, this.least) < 0
    const higher = compareNumbers(greatest, this.greatest) > 0
    if (lower) this.least = least
    if (higher) this.greatest = greatest
    if (lower || higher) this.steady = 0
    return lower || higher
  }
}

/** Whether a number is written without fraction and exponent. */
export function isInteger(text: string): boolean {
  return /^-?\d+$/.test(text)
}
