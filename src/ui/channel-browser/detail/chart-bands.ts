import { counted } from '../../../core/counted.js'
import { formatDuration } from '../../../core/duration.js'
import { formatPointer } from '../../../core/json/json-outline.js'
import { visibleText } from '../../../core/visible-text.js'
import { truncateMiddle } from '../../cell-width.js'
import { brailleChart } from '../braille-chart.js'
import { formatNumber } from '../figures.js'
import { type Line, lineWidth, type Span, span } from '../line.js'
import { timeAxis } from './chart-axis.js'
import type { Series } from './chart-series.js'

/** A title and two lines of dots are the least that shows a movement. */
const LOWEST_BAND = 3

/** A line of the chart, and the number that it belongs to. */
export interface BandLine {
  readonly line: Line
  readonly pointer?: string
}

/**
 * Several numbers of a channel, one below the other over the same time. A number that stands still has one line. Where there is no room
 * for all of them, those around the chosen one are shown.
 */
export function chartBands(
  all: readonly Series[],
  chosen: string,
  notes: readonly string[],
  width: number,
  height: number
): BandLine[] {
  const from = Math.min(...all.map(({ points }) => points[0]?.time ?? Number.POSITIVE_INFINITY))
  const to = Math.max(...all.map(({ points }) => points.at(-1)?.time ?? Number.NEGATIVE_INFINITY))
  const room = Math.max(LOWEST_BAND, height - 2)
  const page = pageWith(chosen, bandHeights(all, room), room)
  const head = [
    span(counted(all.length, 'number'), 'strong'),
    span(` in ${formatDuration((to - from) / 1000)}${notes.map((note) => `, ${note}`).join('')}`, 'dim'),
    span('  Enter shows one', 'dim')
  ]
  return [
    { line: head },
    ...page.flatMap(([series, rows]) => {
      const { pointer, min, max, points } = series
      const title = bandTitle(series, pointer === chosen, width)
      const drawn =
        rows === 1 ? [] : brailleChart(points, { width: width - 1, height: rows - 1, min, max, from, to })
      return [title, ...drawn.map((row): Line => [span(' '), span(row, 'good')])].map((line) => ({
        line,
        pointer
      }))
    }),
    { line: timeAxis({ width: width - 1, from, to }, 0) }
  ]
}

type Band = readonly [series: Series, rows: number]

function bandHeights(all: readonly Series[], room: number): Band[] {
  const moving = all.filter(({ min, max }) => min !== max).length
  let left = room - (all.length - moving)
  let waiting = moving
  return all.map((series) => {
    if (series.min === series.max) return [series, 1]
    const rows = Math.max(LOWEST_BAND, Math.ceil(left / waiting))
    left -= rows
    waiting--
    return [series, rows]
  })
}

function pageWith(chosen: string, bands: readonly Band[], room: number): Band[] {
  let page: Band[] = []
  let left = room
  for (const band of bands) {
    if (band[1] > left) {
      if (page.some(([{ pointer }]) => pointer === chosen)) return page
      page = []
      left = room
    }
    page.push(band)
    left -= band[1]
  }
  return page
}

function bandTitle(series: Series, isChosen: boolean, width: number): Span[] {
  const { min, max, last, pointer } = series
  const range = min === max ? 'stands still' : `${formatNumber(min)} … ${formatNumber(max)}`
  const values = [span(`  ${formatNumber(last)}  `, 'strong'), span(range, 'dim')]
  const room = Math.max(8, width - 1 - lineWidth(values))
  const name = truncateMiddle(visibleText(formatPointer(pointer).slice(0, 4096)), room)
  return [span(isChosen ? '›' : ' ', 'strong'), span(name, 'name'), ...values]
}
