import { TidingsError } from './errors.js'
import { quoteName } from './visible-text.js'

/** Milliseconds per unit, the longest first: a duration names its units in this order. */
const UNITS: ReadonlyMap<string, number> = new Map([
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1]
])
const LONGEST = 36_500 * 86_400_000

/**
 * Parses a duration such as `10s`, `1m30s`, `250ms`, `1.5h` or `2d`, and returns milliseconds. A bare number is seconds.
 * Throws a `TidingsError` of kind usage for anything else, and for more than 100 years.
 * @param what the name of the value in the error
 */
export function parseDuration(text: string, what = 'a duration'): number {
  const bare = /^\d+(?:\.\d+)?$/.test(text)
  const milliseconds = bare ? Number(text) * 1000 : sumUnits(text)
  if (milliseconds === undefined)
    throw badDuration(text, what, 'it is not a number with a unit (ms, s, m, h, d)')
  if (milliseconds > LONGEST) throw badDuration(text, what, 'it is longer than 100 years')
  return milliseconds
}

function sumUnits(text: string): number | undefined {
  const part = /(\d+(?:\.\d+)?)(ms|[smhd])/y
  let sum = 0
  let previous = Number.POSITIVE_INFINITY
  while (part.lastIndex < text.length) {
    const [, amount, unit] = part.exec(text) ?? []
    const size = UNITS.get(unit ?? '')
    if (size === undefined || size >= previous) return undefined
    sum += Number(amount) * size
    previous = size
  }
  return text === '' ? undefined : sum
}

function badDuration(text: string, what: string, why: string): TidingsError {
  return new TidingsError('usage', `cannot read ${quoteName(text)} as ${what}: ${why}`, {
    code: 'bad-duration',
    suggestion: 'write it like 250ms, 10s, 1m30s, 2h or 1d; a bare number is seconds'
  })
}

/** Formats milliseconds for people: `0.4 ms`, `12 ms`, `1.5 s`, `1m30s`, `2h5m`, `3d4h`. */
export function formatDuration(milliseconds: number): string {
  const tenths = Math.round(milliseconds * 10) / 10
  if (tenths < 10) return `${tenths} ms`
  if (Math.round(milliseconds) < 1000) return `${Math.round(milliseconds)} ms`
  const seconds = Math.round(milliseconds / 100) / 10
  if (seconds < 60) return `${seconds} s`
  return formatLong(milliseconds)
}

/** Formats a duration in its two largest units, rounded to the smaller of the two. */
function formatLong(milliseconds: number): string {
  for (const [large, small] of [
    ['m', 's'],
    ['h', 'm'],
    ['d', 'h']
  ] as const) {
    const smallSize = UNITS.get(small) ?? 1
    const inSmall = Math.round(milliseconds / smallSize)
    const perLarge = (UNITS.get(large) ?? 1) / smallSize
    const nextSize = large === 'm' ? 3600 : large === 'h' ? 1440 : Number.POSITIVE_INFINITY
    if (inSmall >= nextSize) continue
    const rest = inSmall % perLarge
    return `${Math.floor(inSmall / perLarge)}${large}${rest === 0 ? '' : `${rest}${small}`}`
  }
  return `${Math.round(milliseconds / 86_400_000)}d`
}
