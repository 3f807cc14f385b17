const MINUTE = 60_000_000

/** The stretches of time that a chart can show, up to the latest message. Lengths are microseconds. */
export const CHART_WINDOWS = [
  { length: Number.POSITIVE_INFINITY, name: 'all' },
  { length: 60 * MINUTE, name: 'last 1h' },
  { length: 15 * MINUTE, name: 'last 15m' },
  { length: 4 * MINUTE, name: 'last 4m' },
  { length: MINUTE, name: 'last 1m' }
] as const

/** One of `CHART_WINDOWS`. */
export type ChartWindow = (typeof CHART_WINDOWS)[number]

/** The next shorter (positive `by`) or longer stretch of time; the same at the end of the list. */
export function nextWindow(window: ChartWindow, by: 1 | -1): ChartWindow {
  return CHART_WINDOWS[CHART_WINDOWS.indexOf(window) + by] ?? window
}
