/** What the user asks of a recording. Times are in milliseconds, unless a field says otherwise. */
export interface RecordRequest {
  readonly output: string
  readonly mode: 'new' | 'overwrite' | 'continue'
  /** When to begin another file: after so many bytes, or after so many microseconds. */
  readonly rotate: { readonly bytes: number } | { readonly duration: number } | undefined
  readonly sync: boolean
  /** How many written bytes end the recording. */
  readonly size: number | undefined
  readonly count: number | undefined
  readonly timeout: number | undefined
  readonly idle: number | undefined
}
