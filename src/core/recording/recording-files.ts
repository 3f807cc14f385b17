/** A recording that is open for writing. */
export interface RecordingWriter {
  /** The file's size in bytes so far, as it is on disk: compressed, if the name ends in `.gz`. */
  readonly size: number
  /**
   * Writes whole lines. With syncing, resolves once the lines are on disk, so that they survive a crash and a loss of power; without
   * syncing, once the operating system has them. Rejects with a `TidingsError` of kind output; then the file still ends with a whole
   * line.
   */
  append(lines: Uint8Array): Promise<void>
  close(): Promise<void>
}

/** A recording that is being continued. */
export interface ContinuedRecording {
  readonly writer: RecordingWriter
  /** Microseconds since 1970-01-01 UTC from which its offsets count; `undefined` if it needs a header before more is written. */
  readonly started: number | undefined
  /** The last entry's offset, in microseconds. */
  readonly lastOffset: number | undefined
  /** How many bytes of a torn last line were dropped. */
  readonly dropped: number
}

/** Where recordings are kept. Every failure is a `TidingsError`. */
export interface RecordingFiles {
  /** Makes a file that only its owner can read; with `overwrite` one that is there becomes so. Without `overwrite` a file that is there is never touched: kind usage. */
  create(name: string, overwrite: boolean): Promise<RecordingWriter>
  /** Removes a file into which nothing was written. A file that holds something, and what is no file, stays. */
  discard(name: string): void
  /** Opens a recording to go on with it, after a torn last line was dropped; makes it if there is none. Its mode stays. */
  continue(name: string): Promise<ContinuedRecording>
}
