/** Smaller parts do not count: the number of connections bounds them. */
const WORTH_COUNTING = 65_536

/** Bounds what lies in memory of packets that have not come to their end, over all connections. */
export class UnfinishedPackets<C> {
  readonly #most: number
  readonly #parts = new Map<C, number>()
  #bytes = 0

  constructor(most: number) {
    this.#most = most
  }

  /**
   * Takes note of how much lies there for one connection.
   * @returns whose packet has to go because there is no room: the one with the largest part
   */
  note(connection: C, bytes: number): C | undefined {
    const before = this.#parts.get(connection) ?? 0
    const counted = bytes < WORTH_COUNTING ? 0 : bytes
    if (counted === before) return undefined
    this.#bytes += counted - before
    if (counted === 0) this.#parts.delete(connection)
    else this.#parts.set(connection, counted)
    if (this.#bytes <= this.#most) return undefined
    const [largest] = [...this.#parts].sort(([, a], [, b]) => b - a)
    return largest?.[0]
  }
}
