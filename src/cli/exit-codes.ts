import type { FailureKind, TidingsError } from '../core/errors.js'

/** The code for an error that is not a `TidingsError`: a bug in tidings. */
export const BUG = 1

const CODES: Readonly<Record<Exclude<FailureKind, 'interrupted'>, number>> = {
  usage: 2,
  connect: 3,
  refused: 4,
  unfinished: 5,
  'bad-input': 6,
  'nothing-received': 7,
  'too-few-received': 8,
  output: 9,
  'wrong-messages': 10
}

/** The exit code of a command that a signal has interrupted: 128 + the signal's number, as for a process that the signal killed. */
export const SIGNAL_CODES: Readonly<Record<string, number>> = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }

/** The process's exit code for a failure. */
export function exitCodeOf(failure: TidingsError): number {
  if (failure.kind === 'interrupted') return SIGNAL_CODES[String(failure.details.signal)] ?? 130
  return CODES[failure.kind]
}
