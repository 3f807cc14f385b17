import { TidingsError } from './errors.js'

/** What came of an operation, and what the command fails with. */
export type Concluded<Outcome> = Outcome & {
  /** The weightiest failure; `undefined` if all went well. What is no `TidingsError` is a bug. */
  readonly failure: unknown
  /** The URL of the broker, without credentials; absent where there was no connection. */
  readonly broker?: string | undefined
}

/** The name of the signal that stopped a command, if one did. */
export function interruptedBy(stop: AbortSignal): string | undefined {
  return stop.aborted ? String(stop.reason) : undefined
}

/** What a command fails with that a signal has stopped before there was anything to tell. @param signal its name */
export const interruption = (signal: string, cause?: unknown): TidingsError =>
  new TidingsError('interrupted', 'interrupted', { code: 'interrupted', details: { signal }, cause })
