const MOST = 2000
/** So many are held at first, while their size is not known. */
const LEAST = 4
/** How many bytes are held, about, that the receiver has not taken. */
const BYTES = 16 * 1024 * 1024
/** A new number pays only if it is so many times as large, or as small. */
const STEP = 4

/**
 * How many messages of a queue we hold unacknowledged. AMQP can bound their bytes, and RabbitMQ cannot: so the number follows the size of
 * the messages.
 */
export class Prefetch {
  count = LEAST
  /** The size of a message, about; `undefined` before the first one. */
  #size: number | undefined

  /** A message of so many bytes came. */
  note(size: number): void {
    this.#size = this.#size === undefined ? size : this.#size + (size - this.#size) / 32
  }

  /** Whether so many messages are too many to hold. */
  isTooMuch(held: number): boolean {
    return this.count > LEAST && held * (this.#size ?? 0) > 2 * BYTES && this.#wanted * STEP <= this.count
  }

  /** Changes `count` where that pays. Returns whether it has. */
  adapt(): boolean {
    const wanted = this.#wanted
    if (wanted < this.count * STEP && wanted * STEP > this.count) return false
    this.count = wanted
    return true
  }

  get #wanted(): number {
    return Math.min(MOST, Math.max(LEAST, Math.floor(BYTES / ((this.#size ?? BYTES) + 1))))
  }
}
