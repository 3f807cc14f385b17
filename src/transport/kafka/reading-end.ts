import type { ReadPartition } from './read-partition.js'

/** Tells when all has been taken that partitions held at the start. */
export class ReadingEnd {
  readonly #partitions: ReadonlySet<ReadPartition>
  readonly #waiting: (() => void)[] = []
  /** A partition whose end is awaited, and those behind it: a look at all of them for each batch would cost the square of their number. */
  #awaited: ReadPartition | undefined
  #further: Iterator<ReadPartition> = [].values()
  #isStopped = false

  /** @param partitions those that are read; others come and go */
  constructor(partitions: ReadonlySet<ReadPartition>) {
    this.#partitions = partitions
  }

  /** Resolves once the end is reached; never after `stop`. */
  reached(): Promise<void> {
    const end = new Promise<void>((resolve) => {
      this.#waiting.push(resolve)
    })
    this.check()
    return end
  }

  /** To be called when something was taken, or a partition is read no more. */
  check(): void {
    if (this.#isStopped || this.#waiting.length === 0) return
    if (this.#awaited !== undefined && this.#isOpen(this.#awaited)) return
    this.#awaited = this.#nextOpen()
    if (this.#awaited === undefined) {
      // Once more from the first one on: reading may have come back in a partition that was passed.
      this.#further = this.#partitions.values()
      this.#awaited = this.#nextOpen()
    }
    if (this.#awaited === undefined) for (const resolve of this.#waiting.splice(0)) resolve()
  }

  /** To be called before reading stops: partitions that are read no more because of that have not come to their end. */
  stop(): void {
    this.#isStopped = true
  }

  #nextOpen(): ReadPartition | undefined {
    for (let next = this.#further.next(); next.done !== true; next = this.#further.next())
      if (this.#isOpen(next.value)) return next.value
    return undefined
  }

  #isOpen(read: ReadPartition): boolean {
    return read.end !== undefined && !read.isAtEnd && this.#partitions.has(read)
  }
}
