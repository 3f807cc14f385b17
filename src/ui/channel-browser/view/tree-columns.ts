import type { ChannelEntry } from '../../../core/catalogue/channel-entry.js'
import { formatAge, formatCount, formatRate } from '../figures.js'
import { NAMES_AND_VALUES } from '../layout.js'
import { fitLine, type Line, rightText, type Span, span } from '../line.js'
import { sparkline } from '../sparkline.js'
import type { TreeNode } from '../tree-node.js'
import type { TreeOrder } from '../tree-order.js'

type Figure = 'count' | 'rate' | 'size' | 'spark' | 'age'

/** How wide each figure is, with a blank before it. */
const WIDTHS: Readonly<Record<Figure, number>> = { count: 6, rate: 8, size: 7, spark: 13, age: 5 }
/** So wide a tree has all figures. */
const WIDE = 70
/** So wide a tree has two figures beside the value. */
const MIDDLE = 54
/** So wide a tree has a figure. */
const NARROWEST = 22

/** The columns of the tree from left to right, in cells. */
export interface TreeColumns {
  readonly name: number
  /** 0 where the latest value has no room. */
  readonly value: number
  readonly figures: readonly Figure[]
}

/** Which columns have room. The figure that the lines are ordered by is always one of them. */
export function columnsFor(width: number, { by }: TreeOrder): TreeColumns {
  const figures = figuresFor(width, by)
  const left = width - 1 - figures.reduce((sum, figure) => sum + WIDTHS[figure], 0)
  const value = width < NAMES_AND_VALUES ? 0 : Math.floor(left / 2)
  return { figures, value, name: Math.max(0, left - value) }
}

function figuresFor(width: number, by: TreeOrder['by']): readonly Figure[] {
  if (width >= WIDE) return ['count', by === 'size' ? by : 'rate', 'spark', 'age']
  if (width >= MIDDLE) return [by === 'size' || by === 'rate' ? by : 'count', 'age']
  if (width >= NARROWEST) return [by === 'name' ? 'age' : by]
  return []
}

/** The head of the columns. A triangle stands beside the one that the lines are ordered by. */
export function headLine({ name, value, figures }: TreeColumns, order: TreeOrder): Line {
  const isAscending = (order.by === 'name' || order.by === 'age') !== order.reversed
  const mark = (column: string) => (column === order.by ? (isAscending ? '▲' : '▼') : '')
  const titled = (column: string, title: string) =>
    span(`${title}${mark(column)}`, column === order.by ? 'strong' : 'dim')
  return [
    ...fitLine([span(' '), titled('name', 'channel')], name + 1),
    ...fitLine([span(value > 0 ? ' latest value' : '', 'dim')], value),
    ...figures.flatMap((figure): Span[] => {
      const title = titled(figure, TITLES[figure])
      return [span(' '.repeat(Math.max(0, WIDTHS[figure] - title.cells))), title]
    })
  ]
}

const TITLES: Readonly<Record<Figure, string>> = {
  count: 'msgs',
  rate: 'rate',
  size: 'size',
  spark: `last ${WIDTHS.spark - 1} s`,
  age: 'age'
}

/** The figures of a line. */
export function figureSpans(node: TreeNode, figures: readonly Figure[], now: number): Span[] {
  return figures.map((figure) => {
    const { text, style } = figureOf(node, figure, now)
    return span(rightText(text, WIDTHS[figure]), style)
  })
}

function figureOf(node: TreeNode, figure: Figure, now: number): Pick<Span, 'text' | 'style'> {
  switch (figure) {
    case 'count':
      return { text: formatCount(node.count), style: 'text' }
    case 'rate':
      return { text: formatRate(node.rate(now)), style: 'text' }
    case 'size':
      return { text: sizeText(node.newest), style: 'text' }
    case 'spark':
      return { text: sparkline(node.samples(now, WIDTHS.spark - 1)), style: 'good' }
    case 'age': {
      const age = node.lastSeen === 0 ? undefined : now - node.lastSeen
      return {
        text: age === undefined ? '' : formatAge(age),
        style: age !== undefined && age < 2e6 ? 'good' : 'dim'
      }
    }
  }
}

function sizeText(newest: ChannelEntry | undefined): string {
  return newest === undefined ? '' : `${formatCount(newest.latestSize)}B`
}
