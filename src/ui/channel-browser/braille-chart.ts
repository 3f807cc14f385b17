import type { Point } from '../../core/charts/point-ring.js'

// Braille patterns are U+2800 plus a bit for each of 2 by 4 dots (Unicode, Braille Patterns).
const DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80]
] as const

/** The room of a chart in cells, the values at its bottom and its top, and the times (microseconds) at its left and its right. */
export interface ChartFrame {
  readonly width: number
  readonly height: number
  readonly min: number
  readonly max: number
  readonly from: number
  readonly to: number
}

/** Draws the means of the points, joined by straight lines, and at each point a line from its least to its greatest value. */
export function brailleChart(
  points: readonly Point[],
  { width, height, min, max, from, to }: ChartFrame
): string[] {
  const cells = Array.from({ length: height }, () => new Uint8Array(width))
  const set = (x: number, y: number) => {
    const row = cells[height - 1 - (y >> 2)]
    if (row) row[x >> 1] = (row[x >> 1] ?? 0) | (DOTS[3 - (y & 3)]?.[x & 1] ?? 0)
  }
  const column = (time: number) =>
    to <= from ? 0 : Math.round(((time - from) / (to - from)) * (width * 2 - 1))
  // Halves are subtracted: the difference of two finite numbers can be infinite.
  const range = max / 2 - min / 2
  const level = (value: number) =>
    range === 0 ? height * 2 : Math.round(((value / 2 - min / 2) / range) * (height * 4 - 1))
  let before: Dot | undefined
  for (const point of points) {
    const x = column(point.time)
    const dot = { x, y: level(point.mean) }
    drawLine(before ?? dot, dot, set)
    drawLine({ x, y: level(point.min) }, { x, y: level(point.max) }, set)
    before = dot
  }
  return cells.map((row) => String.fromCharCode(...Array.from(row, (dots) => 0x2800 + dots)))
}

interface Dot {
  readonly x: number
  readonly y: number
}

function drawLine(from: Dot, to: Dot, set: (x: number, y: number) => void): void {
  const steps = Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y), 1)
  for (let step = 0; step <= steps; step++) {
    const part = step / steps
    set(Math.round(from.x + (to.x - from.x) * part), Math.round(from.y + (to.y - from.y) * part))
  }
}
