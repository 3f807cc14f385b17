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
  /** The time from which offsets count, in microseconds since 1970-01-01 UTC; `undefined` if the recording has no header. */
  readonly started: number | undefined
  /** The last entry's offset, in microseconds. */
  readonly lastOffset: number | undefined
  /** How many bytes of a torn last line were dropped. */
  readonly dropped: number
}

/** Where recordings are kept. Every failure is a `TidingsError`. */
export interface RecordingFiles {
  /** Makes a new file that only its owner can read. Without `overwrite`, an existing file is an error of kind usage and stays as it is. */
  create(name: string, overwrite: boolean): Promise<RecordingWriter>
  /** Opens a recording to append to it, and drops a torn last line. Makes the file if it does not exist. */
  continue(name: string): Promise<ContinuedRecording>
}
