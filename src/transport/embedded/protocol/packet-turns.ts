import { TURN } from '../broker/turn.js'

/** Packets between two looks at the clock. */
const LOOK = 16
/** Deliveries, and kilobytes of them, that take as long as a turn: a packet may be for a thousand clients. */
const MUCH = 8192

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

  /** Whether it is time for others, as it is found out at every sixteenth packet, or from so much work on that follows from them. */
  isOver(work: number): boolean {
    return work > MUCH || (++this.#taken % LOOK === 0 && this.isLate)
  }

  /** Whether the turn has taken its time. */
  get isLate(): boolean {
    return performance.now() > this.#ends
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
