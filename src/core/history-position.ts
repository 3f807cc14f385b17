import type { HistoryPosition } from './connection.js'
import { parseDuration } from './duration.js'
import { TidingsError } from './errors.js'
import { parseTimestamp } from './timestamp.js'
import { quoteName } from './visible-text.js'

/**
 * Reads `beginning`, `latest`, an offset (`1500`), the last messages (`-10`), a time (`2026-11-23T19:05:01Z`; without an offset it is UTC)
 * or a time ago (`-10m`).
 * @param now microseconds since 1970-01-01 UTC
 * @returns undefined for anything else
 */
export function readHistoryPosition(text: string, now: number): HistoryPosition | undefined {
  if (text === 'beginning' || text === 'latest') return text
  const [, sign, digits] = /^(-?)(\d+)$/.exec(text) ?? []
  if (digits !== undefined) {
    const number = Number(digits)
    if (!Number.isSafeInteger(number)) return undefined
    return sign === '' ? { offset: number } : { last: number }
  }
  if (text.startsWith('-')) return timeAgo(text.slice(1), now)
  const time = parseTimestamp(text) ?? parseTimestamp(`${text}Z`) ?? parseTimestamp(`${text}T00:00Z`)
  return time === undefined ? undefined : { time }
}

function timeAgo(text: string, now: number): HistoryPosition | undefined {
  try {
    return { time: Math.max(0, now - Math.round(parseDuration(text) * 1000)) }
  } catch (error) {
    if (error instanceof TidingsError) return undefined
    throw error
  }
}

/**
 * As `readHistoryPosition`.
 * @throws TidingsError of kind usage for a text that is no position
 */
export function parseHistoryPosition(text: string, now: number): HistoryPosition {
  const position = readHistoryPosition(text, now)
  if (position !== undefined) return position
  throw new TidingsError('usage', `cannot read ${quoteName(text)} as a position in a history`, {
    code: 'bad-position',
    suggestion:
      'write beginning, latest, an offset such as 1500, -10 for the last ten messages, -10m for ten minutes ago, or a time (UTC) such as 2026-11-23T19:05:01Z'
  })
}
