/** Waiting messages of one segment, as envelope lines without their line feeds. */
export interface StoredBatch {
  readonly segment: string
  /** The offset in bytes, in the segment, of the line after the batch. */
  readonly end: number
  readonly lines: readonly Uint8Array[]
}

/** The part of an outbox that one process appends to. */
export interface OutboxSegment {
  readonly name: string
  /**
   * Writes whole envelope lines. Resolves once they are on disk, so that they survive a crash and a loss of power.
   * Rejects with a `TidingsError` of kind output; then the segment still ends with a whole line.
   */
  append(lines: Uint8Array): Promise<void>
  /** Marks the segment as complete: nothing more is appended. */
  close(): Promise<void>
}

/** The right to send an outbox. Only one process at a time has it. */
export interface OutboxClaim {
  /** The next messages in order, from the oldest segment on; `undefined` if none wait now. The caller owns their bytes. */
  next(): StoredBatch | undefined
  /** Marks all messages of the segment up to the end of this batch as done: they will not be sent again. */
  settle(batch: StoredBatch): void
  /** Stores lines that will never be sent in a file apart, where they do not block others. Resolves once they are on disk. */
  refuse(lines: Uint8Array): Promise<void>
  /** Lets another process send. The caller must not use this claim afterwards. */
  release(): Promise<void>
}

/** Another process that is sending. */
export interface OtherSender {
  readonly pid: number
}

/** A place where messages are kept until a broker has them. Every failure is a `TidingsError`. */
export interface Outbox {
  /** The name by which the user knows the outbox. */
  readonly name: string
  begin(): OutboxSegment
  claim(): OutboxClaim | OtherSender
  /** Whether messages wait. With `closed`, only segments count to which nobody appends any more. */
  hasWaiting(closed: boolean): boolean
  /**
   * Removes closed segments whose messages were all sent. A sender leaves such a segment behind if it has sent the last message before
   * the writer closed the segment. Needs no claim.
   */
  tidy(): void
}
