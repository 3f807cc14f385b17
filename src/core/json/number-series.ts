import type { OutlineLine } from './json-outline.js'

/** A number, and the time at which it was received. */
export interface Point {
  /** Microseconds since 1970-01-01 UTC. */
  readonly time: number
  readonly value: number
}

/**
 * The first `most` numbers of a message, by JSON pointer. `true` counts as 1 and `false` as 0. Numbers beyond the range of a double are
 * left out.
 */
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

/** A summary of a series of numbers. */
export interface SeriesSummary {
  readonly count: number
  readonly min: number
  readonly max: number
  readonly mean: number
  readonly last: number
  /** From the first to the last point, in microseconds. */
  readonly span: number
}

/** Summarises a series; `undefined` for an empty one. */
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
