interface Batch {
  readonly length: number
  /** Absent while it is under way. */
  isAnswered?: boolean
}

/**
 * Counts the messages from the first one on that all have an answer of the broker, although answers come in any order. Memory is bounded
 * by how many batches wait for one.
 */
export class AnsweredPrefix {
  /** How many they are. */
  count = 0
  /** The batches behind them, in order. */
  #later: Batch[] = []
  /** There is a gap that nothing fills. */
  #isOver = false

  /**
   * A batch of so many messages was handed over, behind those before it.
   * @returns to be called once with how many of the batch got no answer
   */
  add(length: number): (unanswered: number) => void {
    if (this.#isOver) return () => undefined
    const batch: Batch = { length }
    this.#later.push(batch)
    return (unanswered) => {
      batch.isAnswered = unanswered === 0
      this.#advance()
    }
  }

  #advance(): void {
    let answered = 0
    for (; this.#later[answered]?.isAnswered; answered++) this.count += this.#later[answered]?.length ?? 0
    this.#isOver = this.#later[answered]?.isAnswered === false
    if (this.#isOver) this.#later = []
    else if (answered > 0) this.#later = this.#later.slice(answered)
  }
}
