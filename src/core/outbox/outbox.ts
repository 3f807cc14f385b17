/** Messages of one segment that wait to be sent, as envelope lines without their line feeds. */
export interface StoredBatch {
  readonly segment: string
  /** Where in the segment, in bytes, the line after the last of these begins. */
  readonly end: number
  readonly lines: readonly Uint8Array[]
}

/** The part of an outbox that one process appends to. */
export interface OutboxSegment {
  readonly name: string
  /**
   * Writes whole envelope lines. Resolves once they are on disk, so that neither a crash nor a loss of power takes them away.
   * Rejects with a `TidingsError` of kind output; the segment then still ends with whole lines.
   */
  append(lines: Uint8Array): Promise<void>
  /** Nothing more will be appended. */
  close(): Promise<void>
}

/** The right to send: one process at a time has it. */
export interface OutboxClaim {
  /** The next messages in order, first those of the oldest segment; `undefined` if there are none for now. Their bytes are the caller's. */
  next(): StoredBatch | undefined
  /** All messages of the segment up to the end of this batch are done with. */
  settle(batch: StoredBatch): void
  /** Keeps lines that will never be sent where they block nothing; they are on disk when it resolves. */
  refuse(lines: Uint8Array): Promise<void>
  /** Lets another process send; nothing of this claim is used afterwards. */
  release(): Promise<void>
}

/** Another process that is sending. */
export interface OtherSender {
  readonly pid: number
}

/** A place where messages are kept until a broker has them. What fails does so with a `TidingsError`. */
export interface Outbox {
  /** What the user calls it. */
  readonly name: string
  begin(): OutboxSegment
  claim(): OutboxClaim | OtherSender
  /** Whether messages wait; `closed`: only in segments that nobody appends to any more. */
  hasWaiting(closed: boolean): boolean
  /** Removes what was sent to its end before its writer closed it: whoever sent it did not see that it was complete. Needs no claim. */
  tidy(): void
}
