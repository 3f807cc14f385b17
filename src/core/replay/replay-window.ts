import { parseDuration } from '../duration.js'
import { TidingsError } from '../errors.js'
import { parseTimestamp } from '../timestamp.js'
import { quoteName } from '../visible-text.js'

/**
 * A point of a recording, in microseconds. `offset` counts from the first message, `time` from 1970-01-01 UTC, and `clock` from midnight
 * UTC of the day on which the recording begins.
 */
export type ReplayPoint =
  | { readonly kind: 'offset'; readonly microseconds: number }
  | { readonly kind: 'time'; readonly microseconds: number }
  | { readonly kind: 'clock'; readonly microseconds: number }

const DAY = 86_400_000_000

/**
 * Reads `+1m30s`, `2026-11-23T19:05:01Z` (a time without an offset is UTC, as in recordings) or `19:05[:01[.5]]`.
 * Throws a `TidingsError` of kind usage for anything else.
 */
export function parseReplayPoint(text: string): ReplayPoint {
  if (text.startsWith('+'))
    return { kind: 'offset', microseconds: Math.round(parseDuration(text.slice(1)) * 1000) }
  const clock = /^\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(text)
  const full = clock ? `1970-01-01T${text}Z` : text
  const microseconds = parseTimestamp(full) ?? parseTimestamp(`${full}Z`) ?? parseTimestamp(`${full}T00:00Z`)
  if (microseconds !== undefined) return { kind: clock ? 'clock' : 'time', microseconds }
  throw new TidingsError('usage', `cannot read ${quoteName(text)} as a point of a recording`, {
    code: 'bad-replay-point',
    suggestion: 'write an offset such as +1m30s, or a time (UTC) such as 19:05:01 or 2026-11-23T19:05:01Z'
  })
}

/** Converts a point of a recording to microseconds since 1970-01-01 UTC. `origin` is the position of the recording's first message. */
export function locateReplayPoint(point: ReplayPoint, origin: number): number {
  if (point.kind === 'offset') return origin + point.microseconds
  return point.kind === 'time' ? point.microseconds : Math.floor(origin / DAY) * DAY + point.microseconds
}
