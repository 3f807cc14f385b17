/** How far a recording has come. */
export interface RecordProgress {
  readonly entries: number
  /** Bytes written so far to all files; for compressed files, the compressed size. */
  readonly bytes: number
  /** The names of the files. */
  readonly names: readonly string[]
  /** How many messages each channel has. Messages of further channels are counted under `undefined`. */
  readonly channels: ReadonlyMap<string | undefined, number>
  /** How many bytes of a torn last line were dropped before the recording was continued. */
  readonly dropped: number
}
