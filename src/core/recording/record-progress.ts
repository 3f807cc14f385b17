/** How far a recording has come. */
export interface RecordProgress {
  readonly entries: number
  /** Written so far, compressed where they are, over all files. */
  readonly bytes: number
  /** Of the files. */
  readonly names: readonly string[]
  /** Messages by channel; those of further channels are counted under `undefined`. */
  readonly channels: ReadonlyMap<string | undefined, number>
  /** Bytes of a torn last line that were dropped before the recording went on. */
  readonly dropped: number
}
