/** What is asked of a recording; times in milliseconds. */
export interface RecordRequest {
  readonly output: string
  readonly mode: 'new' | 'overwrite' | 'continue'
  /** When to go on in another file: bytes, or microseconds of recording. */
  readonly rotate: { readonly bytes: number } | { readonly duration: number } | undefined
  readonly sync: boolean
  /** Bytes. */
  readonly size: number | undefined
  readonly count: number | undefined
  readonly timeout: number | undefined
  readonly idle: number | undefined
}
