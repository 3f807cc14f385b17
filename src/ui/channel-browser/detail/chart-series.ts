import type { ChannelEntry, RememberedMessage } from '../../../core/catalogue/channel-entry.js'
import { type ChannelNumbers, LARGEST_READ, MOST_NUMBERS } from '../../../core/charts/channel-numbers.js'
import { numbersInJson } from '../../../core/charts/numbers-in-json.js'
import type { Point } from '../../../core/charts/point-ring.js'
import { payloadBytes } from '../../../core/message.js'
import { decodeUtf8 } from '../../../core/utf8.js'
import type { ChartWindow } from '../chart-window.js'
import { RecentCache } from '../recent-cache.js'

/** One number of a channel within a window of time. */
export interface Series {
  /** The place of the number, as a JSON pointer. */
  readonly pointer: string
  readonly points: readonly Point[]
  readonly count: number
  readonly min: number
  readonly max: number
  readonly mean: number
  readonly last: number
}

/** The numbers of a channel that have a value in the window, in the order in which they were first seen. */
export function chartSeries(entry: ChannelEntry, numbers: ChannelNumbers, window: ChartWindow): Series[] {
  const all: Series[] = []
  const latest = entry.lastSeen ?? 0
  for (const [pointer, trend] of numbers.trends) {
    const points = everyMessage(entry, pointer, trend.count) ?? trend.points(window.length)
    const shown = points.filter(({ time }) => time >= latest - window.length)
    if (shown.length > 0) all.push(seriesOf(pointer, shown, trend.last))
  }
  return all
}

function seriesOf(pointer: string, points: readonly Point[], last: number): Series {
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  let count = 0
  let mean = 0
  for (const point of points) {
    min = Math.min(min, point.min)
    max = Math.max(max, point.max)
    count += point.count
    // A running mean: a sum of large values would overflow.
    mean = mean * ((count - point.count) / count) + point.mean * (point.count / count)
  }
  return { pointer, points, count, min, max, mean, last }
}

const recent = new RecentCache<RememberedMessage, ReadonlyMap<string, number>>(1024)

/** A point for each value, which is finer than any ring of points; undefined where the history does not hold all `count` values. */
function everyMessage({ history }: ChannelEntry, pointer: string, count: number): Point[] | undefined {
  if (history.length < count) return undefined
  const points: Point[] = []
  for (const message of history) {
    const value = numbersIn(message).get(pointer)
    if (value === undefined) continue
    points.push({ time: message.time, min: value, max: value, mean: value, count: 1 })
  }
  return points.length === count ? points : undefined
}

function numbersIn(message: RememberedMessage): ReadonlyMap<string, number> {
  return recent.get(message, () => {
    const numbers = new Map<string, number>()
    if (message.size > LARGEST_READ) return numbers
    numbersInJson(decodeUtf8(payloadBytes(message)), MOST_NUMBERS, (pointer, value) =>
      numbers.set(pointer, value)
    )
    return numbers
  })
}
