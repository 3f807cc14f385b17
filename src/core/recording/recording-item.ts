import { TidingsError } from '../errors.js'
import type { Message } from '../message.js'
import { quoteName } from '../visible-text.js'

/** A message of a recording, and its position in time. */
export interface RecordedMessage {
  /** Microseconds since 1970-01-01 UTC. Within one source, the positions never decrease. */
  readonly position: number
  readonly message: Message
}

/** A line of a recording that cannot be read. `position` is the position of the message before it. */
export interface BrokenLine {
  readonly position: number
  readonly broken: TidingsError
}

export type RecordingItem = RecordedMessage | BrokenLine

export const isBroken = (item: RecordingItem): item is BrokenLine => 'broken' in item

/** Adds the file's name and the line's number to an error about a line. Throws errors that are no `TidingsError`. */
export function atLine(error: unknown, name: string, line: number, torn: boolean): TidingsError {
  if (!(error instanceof TidingsError)) throw error
  const tail = torn ? ' (the file ends within this line)' : ''
  return new TidingsError(
    'bad-input',
    `cannot read ${quoteName(name)}, line ${line}: ${error.message}${tail}`,
    {
      code: torn ? 'torn-recording' : error.code,
      suggestion: torn
        ? 'what is before is whole; "tidings record --append" repairs a recording'
        : (error.suggestion ?? 'correct the line, or go on without it: --skip-invalid'),
      details: { ...error.details, file: name, line, reason: error.message },
      cause: error
    }
  )
}
