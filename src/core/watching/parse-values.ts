import { parseTimestamp } from '../timestamp.js'

/** A whole number of at most 40 digits, also as 5.0; exact. With an exponent it is read if a double holds it exactly. */
export function parseWholeNumber(text: string): bigint | undefined {
  const [, whole] = /^([+-]?\d{1,40})(?:\.0{1,20})?$/.exec(text) ?? []
  if (whole !== undefined) return BigInt(whole.startsWith('+') ? whole.slice(1) : whole)
  if (!/^-?\d(?:\.\d{1,20})?[eE]\+?\d{1,2}$/.test(text)) return undefined
  const value = Number(text)
  return Number.isSafeInteger(value) ? BigInt(value) : undefined
}

/** Numbers below the first limit are seconds since 1970, and so on: seconds until the year 5138, and milliseconds since March 1973. */
const UNITS: readonly (readonly [below: number, microseconds: number])[] = [
  [1e11, 1e6],
  [1e14, 1e3],
  [1e17, 1],
  [1e20, 1e-3]
]

/**
 * A time in microseconds since 1970-01-01 UTC: ISO 8601 with a zone, or a number of seconds, milliseconds, microseconds or nanoseconds, which
 * its magnitude tells. Undefined for anything else.
 */
export function parseEventTime(text: string): number | undefined {
  const time = parseTimestamp(text)
  if (time !== undefined) return time
  if (!/^\d{1,20}(?:\.\d{1,20})?(?:[eE]\+?\d{1,2})?$/.test(text)) return undefined
  const value = Number(text)
  const [, unit] = UNITS.find(([below]) => value < below) ?? []
  return unit === undefined ? undefined : value * unit
}

/** A value is shown up to here. */
const SHOWN = 60

/** The beginning of a value that a message has, for words about it. */
export const shownValue = (text: string): string => (text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text)

/** The value, and why it is no time of an event, where that can be said. */
export function whyNoEventTime(text: string): string {
  const shown = shownValue(text)
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return `${shown}, which has no time of day and no zone`
  if (parseTimestamp(`${text}Z`) !== undefined) return `${shown}, which has no zone, such as Z or +01:00`
  if (/^-\d/.test(text)) return `${shown}, which is before 1970`
  return shown
}
