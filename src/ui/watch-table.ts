import { counted } from '../core/counted.js'
import { formatDuration } from '../core/duration.js'
import { formatGrouped } from '../core/grouped-number.js'
import { visibleText } from '../core/visible-text.js'
import type { ChannelSummary } from '../core/watching/channel-watch.js'
import { rateOf, type WatchOutcome } from '../core/watching/watch-outcome.js'
import type { TableLooks } from './channel-table.js'
import { shownName } from './incident-words.js'
import { formatRate } from './subscribe-report.js'
import { joinCells, layOutTable, type TableColumn } from './table-layout.js'

/** So many channels are shown, the worst first; `--json` has all. */
const MOST_ROWS = 20

/** The table at the end: a line for each of the worst channels. Nothing where there is no channel. Where lines are short, ages go. */
export function formatWatchTable(outcome: WatchOutcome, { theme, columns }: TableLooks): string {
  const { channels } = outcome
  if (channels.length === 0) return ''
  const shown = channels.slice(0, MOST_ROWS)
  const figures = (title: string, text: (summary: ChannelSummary) => string): TableColumn => ({
    title,
    cells: shown.map(text),
    holds: 'figures'
  })
  const rates = (summary: ChannelSummary) => {
    const perSecond = rateOf(summary, outcome) ?? 0
    return perSecond === 0 ? '' : formatRate(perSecond)
  }
  const [titles = [], ...rows] = layOutTable(
    [
      { title: 'channel', cells: shown.map(({ channel }) => visibleText(channel)), holds: 'names' },
      figures('messages', ({ messages }) => formatGrouped(messages)),
      figures('rate', rates),
      figures('incidents', ({ incidents }) => (incidents === 0 ? '' : formatGrouped(incidents))),
      ...(shown.some(({ ages }) => ages !== undefined) ? AGES : []).map(([title, name]) => ({
        ...figures(title, ({ ages }) => (ages ? formatDuration(ages[name] / 1000) : '')),
        mayGo: true
      }))
    ],
    columns
  )
  const lines = [
    theme.faint(joinCells(titles)),
    ...rows.map(([channel = '', ...cells]) => joinCells([theme.channel(channel), ...cells])),
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
