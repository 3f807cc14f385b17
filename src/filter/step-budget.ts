/** Ends an evaluation that takes too long. */
export class TooLong extends Error {
  constructor() {
    super('it takes too long')
  }
}

/** So many bytes or characters are looked at in one step. */
export const BYTES_PER_STEP = 4096
/** So many elements of lists or maps are looked at in one step. */
export const ELEMENTS_PER_STEP = 16

/** About 0.3 s of a processor for one message, whatever it holds: a step is two or three microseconds at worst. */
const STEPS_PER_MESSAGE = 100_000

/**
 * Bounds the time that a message takes. The text of an expression is short, so without a budget only loops, and functions whose arguments
 * are large, take long: these charge it.
 */
export class StepBudget {
  #left = STEPS_PER_MESSAGE

  /** @throws TooLong once the message has no steps left */
  charge(steps: number): void {
    this.#left -= steps
    if (this.#left < 0) throw new TooLong()
  }

  /** Begins with the next message. */
  renew(): void {
    this.#left = STEPS_PER_MESSAGE
  }

  /** The steps that the message has taken so far. */
  get taken(): number {
    return STEPS_PER_MESSAGE - this.#left
  }
}
