/** Milliseconds that the packets of one client may take before others have their turn. */
const TURN = 20
/** Packets between two looks at the clock. */
const LOOK = 16

/** Bounds the time that one client's packets take at once. What comes while it is not the client's turn is kept. */
export class PacketTurns {
  /** Milliseconds on the process's clock at which others have their turn. */
  #ends = 0
  #taken = 0
  #kept: Buffer[] = []
  #isHolding = false

  /** The client's turn begins at this time of the process's clock. */
  begin(now: number): void {
    this.#ends = now + TURN
  }

  /** Whether it is time for others, as it is found out at every sixteenth packet. */
  isOver(): boolean {
    return ++this.#taken % LOOK === 0 && performance.now() > this.#ends
  }

  /** Whether it is not the client's turn. */
  get isHolding(): boolean {
    return this.#isHolding
  }

  /** Bytes that are kept. */
  get bytes(): number {
    return this.#kept.reduce((bytes, { length }) => bytes + length, 0)
  }

  /** It is not the client's turn from now on. */
  hold(): void {
    this.#isHolding = true
  }

  /** Keeps bytes behind those that are kept. */
  keep(bytes: Buffer): void {
    if (bytes.length > 0) this.#kept.push(bytes)
  }

  /** It is the client's turn again. @returns what was kept, in order */
  release(): readonly Buffer[] {
    const kept = this.#kept
    this.#kept = []
    this.#isHolding = false
    return kept
  }
}
