import { counted } from '../core/counted.js'
import { formatDuration } from '../core/duration.js'
import { formatGrouped } from '../core/grouped-number.js'
import { visibleText } from '../core/visible-text.js'
import type { ChannelSummary } from '../core/watching/channel-watch.js'
import { rateOf, type WatchOutcome } from '../core/watching/watch-outcome.js'
import { cellWidth, truncateMiddle } from './cell-width.js'
import { shownName } from './incident-words.js'
import { formatRate } from './subscribe-report.js'
import type { Theme } from './theme.js'

/** So many channels are shown, the worst first; `--json` has all. */
const MOST_ROWS = 20
const WIDEST = 40

/** The table at the end: a line for each of the worst channels. Nothing where there is no channel. */
export function formatWatchTable(outcome: WatchOutcome, theme: Theme): string {
  const { channels } = outcome
  if (channels.length === 0) return ''
  const shown = channels.slice(0, MOST_ROWS)
  const hasAges = shown.some(({ ages }) => ages !== undefined)
  const titles = [
    'channel',
    'messages',
    'rate',
    'incidents',
    ...(hasAges ? AGES.map(([title]) => title) : [])
  ]
  const rows = shown.map((each) => cellsOf(each, outcome, hasAges))
  const widths = titles.map((title, at) =>
    Math.max(title.length, ...rows.map((row) => cellWidth(row[at] ?? '')))
  )
  const format = (cells: readonly string[], paint: (name: string) => string) =>
    cells
      .map((cell, at) => {
        const gap = ' '.repeat(Math.max(0, (widths[at] ?? 0) - cellWidth(cell)))
        return at === 0 ? `${paint(cell)}${gap}` : `${gap}${cell}`
      })
      .join('  ')
  const lines = [
    theme.faint(format(titles, (title) => title)),
    ...rows.map((row) => format(row, theme.channel)),
    ...(channels.length > shown.length
      ? [theme.faint(`and ${counted(channels.length - shown.length, 'more channel')}`)]
      : [])
  ]
  return lines.map((line) => `${line}\n`).join('')
}

const AGES = [
  ['age p50', 'p50'],
  ['p95', 'p95'],
  ['p99', 'p99'],
  ['max', 'max']
] as const

function cellsOf(summary: ChannelSummary, outcome: WatchOutcome, hasAges: boolean): string[] {
  const { channel, messages, incidents, ages } = summary
  const perSecond = rateOf(summary, outcome) ?? 0
  return [
    truncateMiddle(visibleText(channel), WIDEST),
    formatGrouped(messages),
    perSecond === 0 ? '' : formatRate(perSecond),
    incidents === 0 ? '' : formatGrouped(incidents),
    ...(hasAges ? AGES.map(([, name]) => (ages ? formatDuration(ages[name] / 1000) : '')) : [])
  ]
}

/** What is said of all channels together. */
export function watchedLine({
  began,
  ended,
  messages,
  unmatched,
  incidents,
  channels
}: WatchOutcome): string {
  const others = unmatched > 0 ? `; ${formatGrouped(unmatched)} did not match` : ''
  const found = incidents === 0 ? 'no incident' : counted(incidents, 'incident')
  return `Watched ${counted(channels.length, 'channel')} for ${formatDuration((ended - began) / 1000)}: ${counted(messages)}, ${found}${others}`
}

/** What was not watched, or is doubtful. */
export function watchWarnings({ unwatched, redelivered, early, channels }: WatchOutcome): string[] {
  return [
    ...(unwatched > 0
      ? [
          `${counted(unwatched)} beyond the maximum of channels or streams, not watched; raise it: --max-channels`
        ]
      : []),
    ...(redelivered > 0
      ? [
          `${counted(redelivered)} came again as the broker says, which is no repeat; to count them: --count-redelivered`
        ]
      : []),
    ...(early > 0 ? [earlyWarning(early, channels)] : [])
  ]
}

/** So many channels are named. */
const MOST_NAMED = 3

function earlyWarning(early: number, channels: readonly ChannelSummary[]): string {
  const on = channels.filter((each) => each.early > 0).sort((one, other) => other.early - one.early)
  const named = on.slice(0, MOST_NAMED).map(({ channel }) => `"${shownName(channel)}"`)
  const rest = on.length > named.length ? [counted(on.length - named.length, 'more channel')] : []
  const what = early === 1 ? 'is dated after it' : 'are dated after they'
  return `${counted(early)} on ${[...named, ...rest].join(', ')} ${what} came: the clock that dated ${early === 1 ? 'it' : 'them'} is ahead of the one here`
}
