/** Milliseconds that the packets of one client may take before others have their turn. */
const TURN = 20
/** Packets between two looks at the clock. */
const LOOK = 16

/** Where a packet lies: from its first byte, its body, up to its end. */
type Packet = [bytes: Buffer, start: number, body: number, end: number]

/** Bounds the time that one client's packets take at once. Those that come while it is not the client's turn are kept. */
export class PacketTurns {
  /** Milliseconds on the process's clock at which others have their turn. */
  #ends = 0
  #taken = 0
  #kept: Packet[] | undefined

  /** The client's turn begins at this time of the process's clock. */
  begin(now: number): void {
    this.#ends = now + TURN
  }

  /** Whether it is time for others, as it is found out at every sixteenth packet. */
  isOver(): boolean {
    return ++this.#taken % LOOK === 0 && performance.now() > this.#ends
  }

  /** Whether packets are kept. */
  get isHolding(): boolean {
    return this.#kept !== undefined
  }

  /** From now on packets are kept. */
  hold(): void {
    this.#kept ??= []
  }

  /** Keeps a packet if packets are kept. */
  keeps(bytes: Buffer, start: number, body: number, end: number): boolean {
    // The bytes may be reused for what comes next.
    this.#kept?.push([Buffer.from(bytes.subarray(start, end)), 0, body - start, end - start])
    return this.#kept !== undefined
  }

  /** Keeps no more packets. @returns those that were kept, in order */
  release(): readonly Packet[] {
    const kept = this.#kept ?? []
    this.#kept = undefined
    return kept
  }
}
