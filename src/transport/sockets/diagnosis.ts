/** What is wrong with an attempt to connect. */
export interface Diagnosis {
  /** A stable name for scripts. */
  readonly code: string
  /** In words, without the broker's name. */
  readonly why: string
  readonly suggestion?: string | undefined
}
