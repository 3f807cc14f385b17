import type { ChannelEntry, RememberedMessage } from '../../../core/catalogue/channel-entry.js'
import type { ChannelNumbers } from '../../../core/charts/channel-numbers.js'
import { type Line, span } from '../line.js'
import { type ChartWish, chartDoc } from './chart-doc.js'
import { diffDoc } from './diff-doc.js'
import type { Doc } from './doc.js'

/** A lower chart would show nothing useful. */
const LOWEST_CHART = 8
const HIGHEST_CHART = 16

/** The payload. Below it, as far as there is room, what changed and a chart of the number that moves most. */
export function withOverview(
  payload: Doc,
  entry: ChannelEntry,
  numbers: ChannelNumbers,
  message: RememberedMessage,
  before: RememberedMessage | undefined,
  wish: Omit<ChartWish, 'isAlone' | 'hint'>
): Doc {
  const below: Line[] = []
  const left = () => wish.height - payload.length - below.length
  const add = (title: string, doc: Doc) => {
    if (doc.length + 2 > left()) return
    below.push(
      [],
      [span(title, 'strong')],
      ...Array.from({ length: doc.length }, (_, index) => doc.line(index))
    )
  }
  if (before && left() > 4) add('Changes', diffDoc(before, message, wish.width))
  const height = Math.min(HIGHEST_CHART, left() - 2)
  if (height >= LOWEST_CHART && numbers.trends.size > 0)
    add('Chart', chartDoc(entry, numbers, { ...wish, height, isAlone: true, hint: '4 for all' }))
  if (below.length === 0) return payload
  return {
    ...payload,
    length: payload.length + below.length,
    line: (index) => (index < payload.length ? payload.line(index) : (below[index - payload.length] ?? []))
  }
}
