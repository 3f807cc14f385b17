import { type HoleBudget, Holes, type MissingNumbers } from './holes.js'

/** What a number says of the sequence; nothing is found in one that follows the last. */
export type SequenceFinding<Mark> =
  | {
      readonly kind: 'gap'
      readonly from: bigint
      readonly to: bigint
      readonly remember: (mark: Mark) => MissingNumbers
    }
  | { readonly kind: 'repeat' }
  /** `filled` is what the caller knows of the gap of which this was the last missing number. */
  | { readonly kind: 'out-of-order'; readonly after: bigint; readonly filled?: { readonly mark: Mark } }
  /** The numbers began anew with `value`, which may be some messages ago. */
  | { readonly kind: 'restart'; readonly value: bigint; readonly after: bigint }

/**
 * At the beginning nobody knows which numbers came before the first one. Where messages come up to so many places earlier or later than they
 * were sent, no restart is found.
 */
const PLACES = 4
/** So many numbers below the first one may have been overtaken by it, while the highest one is no more than three times as far above it. */
const OVERTAKEN = BigInt(PLACES)
/** So many numbers in a row that count up, and that came before, are a restart: two may be messages that were sent again. */
const RUN = 3
/** So many that cannot have been overtaken. RFC 3550 (appendix A.1) asks for as many. */
const FAR_RUN = 2

/** What was known before the numbers began anew. */
interface Past<Mark> {
  readonly first: bigint
  readonly high: bigint
  readonly holes: Holes<Mark>
  /** All numbers that were taken for a restart had come before. */
  readonly isRepeated: boolean
}

/** Numbers in a row that count up by one, and that were not due. */
interface Run {
  readonly first: bigint
  last: bigint
  length: number
}

/**
 * The numbers of one stream. They are expected to count up by one. Memory is bounded: what was left out long ago is forgotten, and comes
 * out of order when it comes.
 */
export class Sequence<Mark> {
  #first: bigint
  #high: bigint
  #holes: Holes<Mark>
  #run: Run | undefined
  /** A restart may turn out to be messages that were sent again; until that is known, this is kept. */
  #past: Past<Mark> | undefined

  constructor(
    first: bigint,
    private readonly budget: HoleBudget
  ) {
    this.#first = first
    this.#high = first
    this.#holes = new Holes(first, budget)
  }

  /**
   * Takes the next number.
   * @param isAgain the message may be a repetition, so that a number that has come before begins nothing anew
   */
  take(value: bigint, isAgain = false): SequenceFinding<Mark> | undefined {
    if (value > this.#high + 1n || (this.#past !== undefined && value > this.#past.high))
      this.#takeBack(value)
    const after = this.#high
    if (value > after) {
      this.#run = undefined
      this.#high = value
      if (value === after + 1n) return undefined
      const [from, to] = [after + 1n, value - 1n]
      return { kind: 'gap', from, to, remember: (mark) => this.#holes.remember(from, to, mark) }
    }
    const isMissing = this.#holes.has(value)
    if (!isAgain) {
      const began = this.#beganAnew(value, isMissing)
      if (began !== undefined) return { kind: 'restart', value: began, after }
    }
    if (isMissing) return { kind: 'out-of-order', after, ...this.#holes.fill(value) }
    return value < this.#holes.low ? { kind: 'out-of-order', after } : { kind: 'repeat' }
  }

  /** The number with which the sequence begins anew, if it does; all is counted from there. */
  #beganAnew(value: bigint, isMissing: boolean): bigint | undefined {
    const before = this.#run
    const run = this.#prolong(value, isMissing)
    if (run === undefined) return undefined
    const mayBeOvertaken = this.#mayBeOvertaken(value)
    const isBeginning = (value === 0n || value === 1n) && this.#high > 1n && !isMissing
    if (isBeginning && !mayBeOvertaken) {
      // The second number of a new run may have overtaken the first one.
      const hasOvertaken = before && before.last > value && before.last <= value + OVERTAKEN
      if (hasOvertaken) this.#restart(before.last, before.last, false)
      else this.#restart(run.first, value, false)
      return run.first
    }
    const isFar = value < this.#first && !mayBeOvertaken
    if (mayBeOvertaken || run.length < (isFar ? FAR_RUN : RUN)) return undefined
    this.#restart(run.first, value, run.first >= this.#holes.low)
    return run.first
  }

  /** The run that this number goes on with, or begins. A number that is missing begins none: it only is late. */
  #prolong(value: bigint, isMissing: boolean): Run | undefined {
    const run = this.#run
    if (run !== undefined && value === run.last + 1n) {
      run.last = value
      run.length++
    } else this.#run = isMissing ? undefined : { first: value, last: value, length: 1 }
    return this.#run
  }

  #mayBeOvertaken(value: bigint): boolean {
    const first = this.#first
    return value < first && value >= first - OVERTAKEN && this.#high <= first + 3n * OVERTAKEN
  }

  #restart(first: bigint, high: bigint, isRepeated: boolean): void {
    // Where messages were sent again more than once, the numbers before all of that count.
    if (this.#past === undefined || first < this.#past.first) {
      this.#forgetPast()
      this.#past = { first: this.#first, high: this.#high, holes: this.#holes, isRepeated }
      this.#holes = new Holes(first, this.budget)
    } else this.#holes.clear(first)
    this.#first = first
    this.#high = high
    this.#run = undefined
  }

  /**
   * Numbers are skipped, or all that came before has been passed. If this one goes on with what came before the last restart, that was none:
   * messages were sent again. What is above all that came before does so where numbers were only repeated; otherwise, it has to be the
   * next one.
   */
  #takeBack(value: bigint): void {
    const past = this.#past
    if (past === undefined) return
    const isNext = value === past.high + 1n && this.#high < past.high
    if (isNext || (past.isRepeated && value > past.high)) {
      this.#holes.clear(value)
      this.#past = undefined
      this.#first = past.first
      this.#high = past.high
      this.#holes = past.holes
    } else this.#forgetPast()
  }

  #forgetPast(): void {
    this.#past?.holes.clear(this.#first)
    this.#past = undefined
  }
}
