/** Numbers that were left out, until they come. */
export interface Gap<Mark> {
  /** How many of them have not come. */
  missing: bigint
  /** What the caller knows of it. */
  readonly mark: Mark
}

/** Numbers in a row that have not come. */
interface Hole<Mark> {
  from: bigint
  to: bigint
  readonly gap: Gap<Mark>
}

/** What a number says of the sequence; nothing is found in one that follows the last. */
export type SequenceFinding<Mark> =
  | {
      readonly kind: 'gap'
      readonly from: bigint
      readonly to: bigint
      readonly remember: (mark: Mark) => void
    }
  | { readonly kind: 'repeat' }
  /** `filled` is what the caller knows of the gap of which this was the last missing number. */
  | { readonly kind: 'out-of-order'; readonly after: bigint; readonly filled?: { readonly mark: Mark } }
  | { readonly kind: 'restart'; readonly after: bigint }

/** How many holes all sequences together may still remember. */
export interface HoleBudget {
  left: number
}

/** So many holes of one sequence are remembered. */
const MOST_HOLES = 64

/**
 * The numbers of one stream. They are expected to count up by one. Memory is bounded: what was left out long ago is forgotten, and comes
 * out of order when it comes.
 */
export class Sequence<Mark> {
  #high: bigint
  /** Of the numbers below it nothing is known. */
  #low: bigint
  /** From the lowest to the highest. */
  #holes: Hole<Mark>[] | undefined

  constructor(
    first: bigint,
    private readonly budget: HoleBudget
  ) {
    this.#high = first
    this.#low = first
  }

  /**
   * Takes the next number.
   * @param isAgain the message may be a repetition, so that a number that has come before begins nothing anew
   */
  take(value: bigint, isAgain = false): SequenceFinding<Mark> | undefined {
    const after = this.#high
    if (value > after) {
      this.#high = value
      if (value === after + 1n) return undefined
      const [from, to] = [after + 1n, value - 1n]
      return { kind: 'gap', from, to, remember: (mark) => this.#remember(from, to, mark) }
    }
    const at = this.#holes?.findIndex(({ from, to }) => from <= value && value <= to) ?? -1
    if (at >= 0) return { kind: 'out-of-order', after, ...this.#fill(at, value) }
    if (!isAgain && value <= 1n && value >= 0n && after > 1n) {
      this.#restart(value)
      return { kind: 'restart', after }
    }
    return value < this.#low ? { kind: 'out-of-order', after } : { kind: 'repeat' }
  }

  #remember(from: bigint, to: bigint, mark: Mark): void {
    this.#holes ??= []
    this.#add(this.#holes.length, { from, to, gap: { missing: to - from + 1n, mark } })
  }

  /** Adds a hole at its place in the list. Where there is no room, the lowest one is forgotten. */
  #add(at: number, hole: Hole<Mark>): void {
    const holes = this.#holes ?? []
    holes.splice(at, 0, hole)
    this.budget.left--
    if (holes.length <= MOST_HOLES && this.budget.left >= 0) return
    const lowest = holes.shift()
    this.budget.left++
    if (lowest !== undefined && lowest.to >= this.#low) this.#low = lowest.to + 1n
  }

  #fill(at: number, value: bigint): { readonly filled?: { readonly mark: Mark } } {
    const holes = this.#holes ?? []
    const hole = holes[at]
    if (hole === undefined) return {}
    const { from, to, gap } = hole
    if (from === to) {
      holes.splice(at, 1)
      this.budget.left++
    } else if (value === from) hole.from = value + 1n
    else {
      hole.to = value - 1n
      if (value < to) this.#add(at + 1, { from: value + 1n, to, gap })
    }
    gap.missing--
    return gap.missing === 0n ? { filled: { mark: gap.mark } } : {}
  }

  #restart(value: bigint): void {
    this.budget.left += this.#holes?.length ?? 0
    this.#holes = undefined
    this.#high = value
    this.#low = value
  }
}
