import { formatDuration } from '../../../core/duration.js'
import { formatPointer } from '../../../core/json/json-outline.js'
import { brailleChart } from '../braille-chart.js'
import { formatNumber } from '../figures.js'
import { type Line, lineWidth, span, spans } from '../line.js'
import { timeAxis, valueAxis } from './chart-axis.js'
import type { Series } from './chart-series.js'

/** One number of a channel over time, with its axes. */
export function chartAlone(
  series: Series,
  title: { readonly place: string; readonly hint: string; readonly notes: readonly string[] },
  width: number,
  height: number
): Line[] {
  const { points, min, max } = series
  const from = points[0]?.time ?? 0
  const to = points.at(-1)?.time ?? from
  const facts = [...title.notes, `${series.count} in ${formatDuration((to - from) / 1000)}`]
  const head: Line[] = [
    [
      span(title.place, 'dim'),
      ...spans(formatPointer(series.pointer), 'name'),
      ...(title.hint === '' ? [] : [span(`  ${title.hint}`, 'dim')])
    ],
    ...factLines(
      [
        ...(['last', 'min', 'max', 'mean'] as const).map((name) => [
          span(`${name} `, 'dim'),
          span(formatNumber(series[name]), name === 'last' ? 'strong' : 'text')
        ]),
        ...facts.map((fact) => [span(fact, 'dim')])
      ],
      width
    )
  ]
  const rows = Math.max(1, height - head.length - 1)
  const labels = valueAxis({ height: rows, min, max })
  const margin = Math.max(...labels.map((label) => label.length)) + 1
  const frame = { width: Math.max(1, width - margin - 1), height: rows, min, max, from, to }
  const body = brailleChart(points, frame).map((row, index): Line => {
    const label = labels[index] ?? ''
    return [span(`${label.padStart(margin - 1)} ${label === '' ? '│' : '┤'}`, 'dim'), span(row, 'good')]
  })
  return [...head, ...body, timeAxis(frame, margin)]
}

/** Facts beside each other, as many on a line as there is room for. */
function factLines(facts: readonly Line[], width: number): Line[] {
  const lines: Line[] = []
  for (const fact of facts) {
    const before = lines.at(-1)
    const longer = before && [...before, span('  '), ...fact]
    if (longer && lineWidth(longer) <= width) lines[lines.length - 1] = longer
    else lines.push(fact)
  }
  return lines
}
