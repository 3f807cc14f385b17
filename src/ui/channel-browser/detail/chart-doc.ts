import type { ChannelEntry } from '../../../core/catalogue/channel-entry.js'
import { type ChannelNumbers, MOST_NUMBERS } from '../../../core/charts/channel-numbers.js'
import { counted } from '../../../core/counted.js'
import { formatPointer } from '../../../core/json/json-outline.js'
import type { ChartWindow } from '../chart-window.js'
import { formatCount } from '../figures.js'
import { span } from '../line.js'
import { chartAlone } from './chart-alone.js'
import { chartBands } from './chart-bands.js'
import { chartSeries, type Series } from './chart-series.js'
import { type Doc, docOf, wrapWords } from './doc.js'

/** Which numbers of a channel are charted, and how. */
export interface ChartWish {
  /** The JSON pointer of the number that the user has chosen; without, the one that moves most. */
  readonly field: string | undefined
  /** Only that number is shown, with its axes. */
  readonly isAlone: boolean
  readonly window: ChartWindow
  readonly width: number
  readonly height: number
  /** What the user can do to see the other numbers. */
  readonly hint?: string
}

/** The numbers of a channel over time: all of them, one below the other, or one alone. */
export function chartDoc(entry: ChannelEntry, numbers: ChannelNumbers, wish: ChartWish): Doc {
  const { window, width, height } = wish
  const all = chartSeries(entry, numbers, window)
  const chosen = chosenSeries(all, numbers, wish.field)
  if (!chosen) return docOf(wrapWords([span(nothingText(numbers), 'dim')], width))
  const notes = [
    ...(Number.isFinite(window.length) ? [window.name] : []),
    ...(numbers.trends.size >= MOST_NUMBERS ? [`the first ${MOST_NUMBERS} numbers`] : []),
    ...(numbers.skipped > 0 ? [`${counted(numbers.skipped, 'message', formatCount)} not read`] : [])
  ]
  const valueAt = () => ({ name: formatPointer(chosen.pointer), bytes: Buffer.from(String(chosen.last)) })
  if (wish.isAlone || all.length === 1) {
    const place = all.length === 1 ? '' : `${all.indexOf(chosen) + 1}/${all.length} `
    const hint = all.length === 1 ? '' : (wish.hint ?? '↑ ↓ others, Enter all')
    return { ...docOf(chartAlone(chosen, { place, hint, notes }, width, height)), valueAt }
  }
  const lines = chartBands(all, chosen.pointer, notes, width, height)
  return { ...docOf(lines.map(({ line }) => line)), valueAt, fieldAt: (index) => lines[index]?.pointer }
}

function chosenSeries(
  all: readonly Series[],
  numbers: ChannelNumbers,
  field: string | undefined
): Series | undefined {
  const pointer =
    field !== undefined && all.some((series) => series.pointer === field) ? field : numbers.liveliest
  return all.find((series) => series.pointer === pointer) ?? all[0]
}

function nothingText({ trends }: ChannelNumbers): string {
  return trends.size === 0 ? 'no numbers in the messages that were read' : 'no numbers in this time'
}
