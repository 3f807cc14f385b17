/** How many holes all sequences together may still remember. */
export interface HoleBudget {
  left: number
}

/** Numbers from one to another. */
export interface NumberRange {
  from: bigint
  to: bigint
}

/** Numbers that have not come. */
export interface MissingNumbers {
  readonly count: bigint
  /** Which these are, ascending. Where they are many, some are left out, which may be lower ones: `numbersIn` is less than `count` then. */
  readonly ranges: readonly Readonly<NumberRange>[]
}

/** How many numbers these ranges have together. */
export const numbersIn = (ranges: MissingNumbers['ranges']): bigint =>
  ranges.reduce((sum, { from, to }) => sum + (to - from + 1n), 0n)

/** Numbers that were left out, until they come. */
interface Gap<Mark> extends MissingNumbers {
  count: bigint
  readonly ranges: NumberRange[]
  /** What the caller knows of it. */
  readonly mark: Mark
}

/** Numbers in a row that have not come, of one gap. */
interface Hole<Mark> {
  readonly range: NumberRange
  readonly gap: Gap<Mark>
}

/** So many holes of one sequence are remembered. */
const MOST_HOLES = 64
/** So many ranges of a gap are still known after its holes were forgotten. */
const MOST_RANGES = 16

/** The numbers of one sequence that have not come, within bounds: the lowest ones are forgotten. */
export class Holes<Mark> {
  /** Of the numbers below it nothing is known. */
  low: bigint
  /** From the lowest to the highest; absent where there are none, because most sequences have none. */
  #holes: Hole<Mark>[] | undefined

  constructor(
    first: bigint,
    private readonly budget: HoleBudget
  ) {
    this.low = first
  }

  has(value: bigint): boolean {
    return this.#at(value) >= 0
  }

  /** Adds numbers that are higher than all before. @returns which of them have not come, at any later time */
  remember(from: bigint, to: bigint, mark: Mark): MissingNumbers {
    const range = { from, to }
    const gap = { count: to - from + 1n, ranges: [range], mark }
    this.#holes ??= []
    this.#add(this.#holes.length, { range, gap })
    return gap
  }

  /** A missing number has come. `filled` is there if it was the last one of its gap. */
  fill(value: bigint): { readonly filled?: { readonly mark: Mark } } {
    const holes = this.#holes ?? []
    const at = this.#at(value)
    const hole = holes[at]
    if (hole === undefined) return {}
    const { range, gap } = hole
    const { from, to } = range
    if (from === to) {
      holes.splice(at, 1)
      this.budget.left++
      gap.ranges.splice(gap.ranges.indexOf(range), 1)
    } else if (value === from) range.from = value + 1n
    else {
      range.to = value - 1n
      if (value < to) {
        const rest = { from: value + 1n, to }
        gap.ranges.splice(gap.ranges.indexOf(range) + 1, 0, rest)
        this.#add(at + 1, { range: rest, gap })
      }
    }
    gap.count--
    return gap.count === 0n ? { filled: { mark: gap.mark } } : {}
  }

  /** Forgets all of them. @param first of the numbers below it nothing is known */
  clear(first: bigint): void {
    this.budget.left += this.#holes?.length ?? 0
    this.#holes = undefined
    this.low = first
  }

  #at(value: bigint): number {
    return this.#holes?.findIndex(({ range }) => range.from <= value && value <= range.to) ?? -1
  }

  /** Adds a hole at its place in the list. Where there is no room, the lowest one is forgotten. */
  #add(at: number, hole: Hole<Mark>): void {
    const holes = this.#holes ?? []
    holes.splice(at, 0, hole)
    this.budget.left--
    if (holes.length <= MOST_HOLES && this.budget.left >= 0) return
    const lowest = holes.shift()
    this.budget.left++
    if (lowest === undefined) return
    const { range, gap } = lowest
    if (range.to >= this.low) this.low = range.to + 1n
    if (gap.ranges.length > MOST_RANGES) gap.ranges.splice(gap.ranges.indexOf(range), 1)
  }
}
