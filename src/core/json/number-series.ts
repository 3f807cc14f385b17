import type { OutlineLine } from './json-outline.js'

/** A number at a time. */
export interface Point {
  /** Microseconds since 1970-01-01 UTC. */
  readonly time: number
  readonly value: number
}

/** The first numbers of a message, by JSON pointer, `true` counting as 1 and `false` as 0; numbers beyond a double's range are left out. */
export function numbersOf(
  outline: readonly OutlineLine[],
  most = Number.POSITIVE_INFINITY
): Map<string, number> {
  const numbers = new Map<string, number>()
  for (const { value, pointer } of outline) {
    if (numbers.size >= most) break
    if (value?.kind === 'number') {
      const number = Number(value.text)
      if (Number.isFinite(number)) numbers.set(pointer, number)
    } else if (value?.text === 'true') numbers.set(pointer, 1)
    else if (value?.text === 'false') numbers.set(pointer, 0)
  }
  return numbers
}

/** What a series amounts to. */
export interface SeriesSummary {
  readonly count: number
  readonly min: number
  readonly max: number
  readonly mean: number
  readonly last: number
  /** From the first to the last point, in microseconds. */
  readonly span: number
}

/** Sums a series up; nothing for an empty one. */
export function summarise(points: readonly Point[]): SeriesSummary | undefined {
  const first = points[0]
  const last = points.at(-1)
  if (!first || !last) return undefined
  let min = first.value
  let max = first.value
  let mean = 0
  for (const [index, { value }] of points.entries()) {
    min = Math.min(min, value)
    max = Math.max(max, value)
    // A running mean: a sum of large values would overflow.
    mean += value / (index + 1) - mean / (index + 1)
  }
  return { count: points.length, min, max, mean, last: last.value, span: last.time - first.time }
}
