import type { ChannelEntry, RememberedMessage } from '../../../core/catalogue/channel-entry.js'
import { formatDuration } from '../../../core/duration.js'
import { formatPointer } from '../../../core/json/json-outline.js'
import { numbersOf, type Point, summarise } from '../../../core/json/number-series.js'
import { payloadSize } from '../../../core/message.js'
import { formatTimeOfDay } from '../../local-time.js'
import { brailleChart } from '../braille-chart.js'
import { formatNumber } from '../figures.js'
import { type Line, span, spans } from '../line.js'
import { RecentCache } from '../recent-cache.js'
import { type Doc, docOf, wrapLine } from './doc.js'
import { readContent } from './message-content.js'

const NO_NUMBERS: ReadonlyMap<string, number> = new Map()
// Larger messages are documents rather than readings. Reading a whole history of them would block the screen.
const LARGEST_CHARTED = 32 * 1024

/** At most this many numbers of one message can be charted. */
const MOST_FIELDS = 100

const recent = new RecentCache<RememberedMessage, ReadonlyMap<string, number>>(1024)

function numbersIn(message: RememberedMessage): ReadonlyMap<string, number> {
  return recent.get(message, () => {
    if (payloadSize(message) > LARGEST_CHARTED) return NO_NUMBERS
    const content = readContent(message)
    return content.kind === 'json' ? numbersOf(content.outline, MOST_FIELDS) : NO_NUMBERS
  })
}

/** The numbers that a channel's messages have, as JSON pointers: those of the latest message first. */
export function chartFields(entry: ChannelEntry): string[] {
  const fields = new Set<string>()
  for (let at = entry.history.length - 1; at >= 0; at--) {
    const message = entry.history[at]
    if (message) for (const pointer of numbersIn(message).keys()) fields.add(pointer)
  }
  return [...fields]
}

/** One number of a channel over time. `others` names the keys for the other numbers. */
export function chartDoc(
  entry: ChannelEntry,
  wanted: string | undefined,
  width: number,
  height: number,
  others = '↑ ↓ for others'
): Doc {
  const fields = chartFields(entry)
  const field = wanted !== undefined && fields.includes(wanted) ? wanted : fields[0]
  if (field === undefined)
    return docOf(wrapLine([span('no numbers in the messages that are kept', 'dim')], width))
  const points: Point[] = []
  for (const message of entry.history) {
    const value = numbersIn(message).get(field)
    if (value !== undefined) points.push({ time: message.time, value })
  }
  const summary = summarise(points)
  if (!summary) return docOf([])
  const head: Line[] = [
    [
      span(`${fields.indexOf(field) + 1}/${fields.length} `, 'dim'),
      ...spans(formatPointer(field), 'name'),
      ...(fields.length > 1 ? [span(`  ${others}`, 'dim')] : [])
    ],
    ...wrapLine(
      (['last', 'min', 'max', 'mean'] as const).flatMap((name) => [
        span(`${name} `, 'dim'),
        span(`${formatNumber(summary[name])}  `, name === 'last' ? 'strong' : 'text')
      ]),
      width
    )
  ]
  const labels = [formatNumber(summary.max), formatNumber(summary.min)]
  const margin = Math.max(...labels.map((label) => label.length)) + 1
  const rows = Math.max(1, height - head.length - 1)
  const columns = Math.max(1, width - margin - 1)
  const drawn = brailleChart(points, { width: columns, height: rows, min: summary.min, max: summary.max })
  // A number that never changed is drawn as a line in the middle.
  const places = summary.min === summary.max ? [rows - 1 - (rows >> 1)] : [0, rows - 1]
  const body = drawn.map((row, index): Line => {
    const label = labels[places.indexOf(index)] ?? ''
    return [span(`${label.padStart(margin - 1)} `, 'dim'), span('│', 'dim'), span(row, 'good')]
  })
  return docOf([...head, ...body, timeAxis(points, summary.span, margin, columns)])
}

function timeAxis(points: readonly Point[], length: number, margin: number, columns: number): Line {
  const from = formatTimeOfDay(points[0]?.time ?? 0).slice(0, 8)
  const to = formatTimeOfDay(points.at(-1)?.time ?? 0).slice(0, 8)
  const middle = `${points.length} in ${formatDuration(length / 1000)}`
  const room = columns - from.length - to.length
  const text =
    room < middle.length + 2
      ? middle
      : `${from}${middle.padStart(Math.floor((room + middle.length) / 2)).padEnd(room)}${to}`
  return [span(`${' '.repeat(margin)}└`, 'dim'), span(text, 'dim')]
}
