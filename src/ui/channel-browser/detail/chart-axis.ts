import { formatTimeOfDay } from '../../local-time.js'
import type { ChartFrame } from '../braille-chart.js'
import { formatNumber } from '../figures.js'
import { type Line, span } from '../line.js'

const TIME = 8
const GAP = 6

/** The times below a chart: at both ends, and between them as many as there is room for, as far as they differ. */
export function timeAxis(
  { width, from, to }: Pick<ChartFrame, 'width' | 'from' | 'to'>,
  margin: number
): Line {
  const labels = Math.max(1, Math.floor((width + GAP) / (TIME + GAP)))
  let text = ''
  let before = ''
  for (let at = 0; at < labels; at++) {
    const part = labels === 1 ? 1 : at / (labels - 1)
    const label = formatTimeOfDay(from + (to - from) * part).slice(0, TIME)
    if (label !== before) text = text.padEnd(Math.round(part * (width - TIME))) + label
    before = label
  }
  return [span(`${' '.repeat(margin)}└${text}`, 'dim')]
}

/** The values beside a chart, one for each of its lines: the greatest, the least, and on a high chart some between. */
export function valueAxis({ height, min, max }: Pick<ChartFrame, 'height' | 'min' | 'max'>): string[] {
  const labels = new Array<string>(height).fill('')
  if (min === max) {
    // A number that never changed is drawn as a line in the middle.
    labels[height - 1 - (height >> 1)] = formatNumber(min)
    return labels
  }
  const steps = height >= 9 ? 4 : height >= 5 ? 2 : 1
  for (let step = 0; step <= steps; step++) {
    const part = step / steps
    labels[Math.round(part * (height - 1))] = formatNumber(max * (1 - part) + min * part)
  }
  return labels
}
