/**
 * The kinds of failures that are no bug in tidings. Each kind has its own exit code; only `cli/exit-codes.ts` knows the numbers.
 */
export type FailureKind =
  /** Flags or arguments make no sense. */
  | 'usage'
  /** No connection could be made: refused, unknown host, TLS, time-out, no such broker. */
  | 'connect'
  /** The broker refused: credentials, a publish, a subscription, something beyond its limits. */
  | 'refused'
  /** The work is unfinished: connection lost, session taken over, messages not acknowledged. */
  | 'unfinished'
  /** A payload, an envelope line, a recording or a file is not what it should be. */
  | 'bad-input'
  /** Nothing was received: the time ran out, or no more is there. */
  | 'nothing-received'
  /** Messages were received, and something is wrong with them: they break a contract, or a watch found an incident. */
  | 'wrong-messages'
  /** Fewer messages were received than asked for: the time ran out, or no more is there. */
  | 'too-few-received'
  /** The output could not be written. */
  | 'output'
  /** A one-shot command was stopped by a signal. */
  | 'interrupted'

export interface FailureFacts {
  /** A stable name for scripts, in kebab case, for example `connection-refused`. */
  readonly code: string
  /** What to do next; where possible, something that the user can paste. */
  readonly suggestion?: string
  readonly cause?: unknown
  /** A text with a mistake in it, and where that is, in UTF-16 code units from 0. */
  readonly marked?: MarkedText
  /** Further facts for `--json`, such as `file`, `line`, `broker`, `signal`; never a secret. */
  readonly details?: Readonly<Record<string, string | number | boolean>>
}

/** A text and a place in it. */
export interface MarkedText {
  readonly text: string
  readonly offset: number
}

/**
 * A failure that a user can cause or meet. The message says what was tried, with the thing's name in quotes, then a
 * colon, then why: `cannot connect to "HOST": connection refused`. One line, no secret, no trailing stop.
 */
export class TidingsError extends Error {
  readonly kind: FailureKind
  readonly code: string
  readonly suggestion: string | undefined
  readonly marked: MarkedText | undefined
  readonly details: Readonly<Record<string, string | number | boolean>>

  constructor(kind: FailureKind, message: string, facts: FailureFacts) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause })
    this.name = 'TidingsError'
    this.kind = kind
    this.code = facts.code
    this.suggestion = facts.suggestion
    this.marked = facts.marked
    this.details = facts.details ?? {}
  }
}
