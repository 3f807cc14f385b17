/**
 * Which QoS 0 messages of one network connection the broker has shown to have read. Nobody acknowledges them, but a broker reads
 * packets in order: its PINGRESP shows that it has read what was sent before the PINGREQ. It does not show that it took that.
 */
export class ReadReceipts {
  /** Messages in all, as they were written. */
  #written = 0
  #flushed = 0
  #read = 0
  /** For each PINGREQ that is not answered yet: how many messages were written before it. */
  readonly #asked: number[] = []

  /** How many messages the network has taken and nothing shows to be read. */
  get unread(): number {
    return Math.max(0, this.#flushed - this.#read)
  }

  /** A PINGREQ behind everything that was written is under way. */
  get isAsked(): boolean {
    return this.#asked.at(-1) === this.#written
  }

  wrote(): void {
    this.#written++
  }

  flushed(count: number): void {
    this.#flushed += count
  }

  /** A PINGREQ goes out behind everything that was written. */
  asked(): void {
    this.#asked.push(this.#written)
  }

  /** A PINGRESP came; one that nobody asked for says nothing. */
  answered(): void {
    this.#read = this.#asked.shift() ?? this.#read
  }
}
