/** What a command says at its end, and what it fails with. */
export interface Ending {
  /** Told in any case. */
  readonly warnings: readonly string[]
  /** Why the command fails, if it does. */
  readonly failure?: unknown
  /** What is said if it does not fail. */
  readonly line?: string | undefined
}
