import type { Point } from '../../core/json/number-series.js'

// Braille patterns are U+2800 plus a bit for each of 2 by 4 dots (Unicode, Braille Patterns).
const DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80]
] as const

/** Draws the points, joined by straight lines, in `width` by `height` cells; time goes right, `min` is the bottom, `max` the top. */
export function brailleChart(
  points: readonly Point[],
  { width, height, min, max }: { width: number; height: number; min: number; max: number }
): string[] {
  const cells = Array.from({ length: height }, () => new Uint8Array(width))
  const set = (x: number, y: number) => {
    const row = cells[height - 1 - (y >> 2)]
    if (row) row[x >> 1] = (row[x >> 1] ?? 0) | (DOTS[3 - (y & 3)]?.[x & 1] ?? 0)
  }
  const first = points[0]?.time ?? 0
  const span = (points.at(-1)?.time ?? 0) - first
  const column = (time: number) => (span === 0 ? 0 : Math.round(((time - first) / span) * (width * 2 - 1)))
  // Halves are subtracted: the difference of two finite numbers can be infinite.
  const range = max / 2 - min / 2
  const level = (value: number) =>
    range === 0 ? height * 2 : Math.round(((value / 2 - min / 2) / range) * (height * 4 - 1))
  let from: { x: number; y: number } | undefined
  for (const { time, value } of points) {
    const to = { x: column(time), y: level(value) }
    drawLine(from ?? to, to, set)
    from = to
  }
  return cells.map((row) => String.fromCharCode(...Array.from(row, (dots) => 0x2800 + dots)))
}

function drawLine(
  from: { x: number; y: number },
  to: { x: number; y: number },
  set: (x: number, y: number) => void
): void {
  const steps = Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y), 1)
  for (let step = 0; step <= steps; step++) {
    const part = step / steps
    set(Math.round(from.x + (to.x - from.x) * part), Math.round(from.y + (to.y - from.y) * part))
  }
}
