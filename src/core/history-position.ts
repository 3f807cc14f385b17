import type { HistoryPosition } from './connection.js'
import { parseDuration } from './duration.js'
import { TidingsError } from './errors.js'
import { formatTimestamp, parseTimestamp } from './timestamp.js'
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

/** Whole seconds since 1970 have ten digits from 2001 until 2286; milliseconds have three more. */
const SECONDS = /^[1-9]\d{9}$/
const MILLISECONDS = /^[1-9]\d{12}$/

/** The time (UTC), as `--from` takes it, that a number plainly means as seconds or milliseconds since 1970; undefined for other numbers. */
export function timeOfNumber(number: number): string | undefined {
  const text = `${number}`
  const factor = SECONDS.test(text) ? 1_000_000 : MILLISECONDS.test(text) ? 1000 : undefined
  return factor && formatTimestamp(number * factor).replace(/\.?0+Z$/, 'Z')
}

/** What other programs call the two ends of a history. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  earliest: 'beginning',
  smallest: 'beginning',
  oldest: 'beginning',
  first: 'beginning',
  start: 'beginning',
  end: 'latest',
  largest: 'latest',
  newest: 'latest',
  last: 'latest',
  now: 'latest'
}

/** The position in our words, where another program's way to write it is known. */
function inOurWords(text: string): string | undefined {
  const [, number] = /^s@(\d+)$/.exec(text) ?? []
  if (number !== undefined) return timeOfNumber(Number(number))
  const word = text.toLowerCase()
  return Object.hasOwn(OTHER_WORDS, word) ? OTHER_WORDS[word] : undefined
}

/**
 * What a text asks for that other programs take as a position after `-o`, in our flags: `end`, `stored`, `-10`, `s@1700000000000`.
 * @returns undefined for a text that is no such position
 */
export function flagsOfPosition(text: string): string | undefined {
  if (/^(?:beginning|latest|-?\d+)$/.test(text)) return `--from ${text}`
  if (text === 'end') return '--from latest'
  if (text === 'stored') return '--session NAME, which keeps the place of a reader'
  if (/^s@\d+$/.test(text)) return `--from ${inOurWords(text) ?? 'TIME'}`
  if (/^e@\d+$/.test(text)) return `--until-end --where 'sourceTime < timestamp("${timeOfEnd(text)}")'`
  return undefined
}

const timeOfEnd = (text: string) => timeOfNumber(Number(text.slice(2))) ?? 'TIME'

/**
 * Whether a text is a position in a history as tidings or another program writes it.
 * @param text as the user wrote it
 */
export const isPositionSomewhere = (text: string): boolean =>
  readHistoryPosition(text, 0) !== undefined ||
  inOurWords(text) !== undefined ||
  flagsOfPosition(text) !== undefined

/**
 * As `readHistoryPosition`.
 * @throws TidingsError of kind usage for a text that is no position
 */
export function parseHistoryPosition(text: string, now: number): HistoryPosition {
  const position = readHistoryPosition(text, now)
  if (position !== undefined) return position
  const ours = inOurWords(text)
  throw new TidingsError('usage', `cannot read ${quoteName(text)} as a position in a history`, {
    code: 'bad-position',
    suggestion:
      ours !== undefined
        ? `write it like this: --from ${ours}`
        : 'write beginning, latest, an offset such as 1500, -10 for the last ten messages (of each partition), -10m for ten minutes ago, or a time (UTC) such as 2026-11-23T19:05:01Z'
  })
}
