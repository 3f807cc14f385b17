/** A partition that is read: where its reading is, and how far its messages were taken. */
export class ReadPartition {
  /** The offset that is asked for next. */
  position: number
  /** Behind the last message that a receiver has taken. */
  taken: number
  /** It is read no more: nothing that came of it is handed out. */
  isOver = false
  /** Its history is read together with that of others: nobody else reads it meanwhile. */
  isMerged = false

  /**
   * @param start the first offset to read
   * @param end behind the last offset that was there at the start; undefined if nobody asks for the end
   */
  constructor(
    readonly topic: string,
    readonly partition: number,
    start: number,
    readonly end: number | undefined
  ) {
    this.position = start
    this.taken = start
  }

  /** Whether everything has been taken that was there at the start. */
  get isAtEnd(): boolean {
    return this.end !== undefined && this.taken >= this.end
  }
}
