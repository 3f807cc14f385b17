import { visibleText } from '../../core/visible-text.js'
import { clusters, truncateMiddle } from '../cell-width.js'
import { type Span, type Style, span, spans } from './line.js'
import type { Hit, TextSearch } from './text-search.js'

/** Characters before a name on its line that a hit may begin in. */
const BEFORE = 512
const ASCII_ONLY = /^[\0-\x7f]*$/
// An emoji of a family has 11 code units. Longer clusters are stacked marks, which may be cut.
const LONGEST_CLUSTER = 32

/**
 * A text as pieces of a line, its hits marked.
 * @param hits places in a longer text, ascending
 * @param from where in the longer text this one begins
 */
export function markedSpans(text: string, hits: readonly Hit[], style: Style = 'text', from = 0): Span[] {
  const pieces: Span[] = []
  let at = 0
  for (const hit of hits) {
    if (hit.to - from <= at) continue
    if (hit.from - from >= text.length) break
    const begin = Math.max(at, clusterStart(text, Math.max(0, hit.from - from)))
    const end = clusterEnd(text, Math.min(text.length, hit.to - from))
    if (end <= begin) continue
    pieces.push(...spans(text.slice(at, begin), style), ...spans(text.slice(begin, end), 'hit'))
    at = end
  }
  pieces.push(...spans(text.slice(at), style))
  return pieces
}

// What a reader takes for one character is marked as a whole: a part of it would have another width.
function clusterStart(text: string, at: number): number {
  return clusterAround(text, at)?.[0] ?? at
}

function clusterEnd(text: string, at: number): number {
  return clusterAround(text, at)?.[1] ?? at
}

/** The cluster that has `at` inside; undefined where a cluster begins. */
function clusterAround(text: string, at: number): readonly [start: number, end: number] | undefined {
  const first = Math.max(0, at - LONGEST_CLUSTER)
  const near = text.slice(first, at + LONGEST_CLUSTER)
  if (ASCII_ONLY.test(near)) return undefined
  let start = first
  for (const cluster of clusters(near)) {
    const end = start + cluster.length
    if (start >= at) return undefined
    if (end > at) return [start, end]
    start = end
  }
  return undefined
}

/**
 * The name of a channel, or its end, in at most `width` cells, the hits of the search marked. Where a hit is in the part that has no room,
 * the ellipsis is marked.
 * @param before what stands before it in the whole name, which a hit may begin in
 */
export function markedName(
  name: string,
  width: number,
  style: Style,
  search: TextSearch | undefined,
  before = ''
): Span[] {
  const whole = visibleText(name)
  const shown = truncateMiddle(whole, width)
  const head = visibleText(before.slice(-BEFORE))
  const hits = search?.hits(head + shown).filter(({ to }) => to > head.length) ?? []
  if (hits.length > 0 || shown === whole || !search?.hits(head + whole).some(({ to }) => to > head.length))
    return markedSpans(shown, hits, style, head.length)
  const cut = shown.indexOf('…')
  return cut < 0 ? [span(shown, 'hit')] : markedSpans(shown, [{ from: cut, to: cut + 1 }], style)
}
