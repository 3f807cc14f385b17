import type { FailureKind, TidingsError } from '../core/errors.js'

/** A bug in tidings: an error that nobody gave a name. */
export const BUG = 1

const CODES: Readonly<Record<Exclude<FailureKind, 'interrupted'>, number>> = {
  usage: 2,
  connect: 3,
  refused: 4,
  unfinished: 5,
  'bad-input': 6,
  'nothing-received': 7,
  'too-few-received': 8,
  output: 9
}

/** What a command ends with that a signal has interrupted: like one that it killed, 128 + its number. */
export const SIGNAL_CODES: Readonly<Record<string, number>> = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }

/** The process's exit code for a failure; an interrupted command ends like one that the signal killed: 128 + its number. */
export function exitCodeOf(failure: TidingsError): number {
  if (failure.kind === 'interrupted') return SIGNAL_CODES[String(failure.details.signal)] ?? 130
  return CODES[failure.kind]
}
