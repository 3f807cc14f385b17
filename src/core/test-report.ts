/** What a CI system is told of one thing that was looked at: a channel, or a message of a document. */
export interface TestCase {
  readonly name: string
  /** What is wrong, worst or first first; empty if nothing is. */
  readonly failures: readonly TestFailure[]
  /** Why it was not looked at, if it was not. */
  readonly skipped?: string | undefined
}

/** One thing that is wrong. */
export interface TestFailure {
  /** One line. */
  readonly message: string
  /** A stable word for the kind of failure, such as `required` or `silence`. */
  readonly type: string
  /** The facts to find it: any number of lines. */
  readonly details: string
}

/** What a CI system is told of one run. */
export interface TestReport {
  /** What was run, for example `tidings watch`. */
  readonly name: string
  /** When it began, in microseconds since 1970-01-01 UTC. */
  readonly began: number
  /** How long it took, in microseconds. */
  readonly elapsed: number
  readonly cases: readonly TestCase[]
}
