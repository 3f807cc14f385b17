import type { Cost } from './fake-broker.js'
import type { RowResult, Side } from './measure-row.js'
import type { Row } from './rows.js'

/** What a row says, ready to be printed or kept. */
export interface Summary {
  readonly name: string
  readonly ours: string
  readonly peer: string
  readonly ratio: number | undefined
  /** The least and the greatest ratio of a round. */
  readonly spread: readonly [number, number] | undefined
  readonly goal: string
  readonly met: boolean | undefined
  readonly faults: readonly string[]
}

/** @param nodeVersion of the Node that ran tidings, such as v24.1.0 */
export function summarize({ row, ours, peer }: RowResult, nodeVersion: string): Summary {
  const measured = (cost: Cost, { count }: Side): number =>
    ({
      rate: count / cost.seconds,
      start: cost.cpuSeconds,
      cpu: cost.cpuSeconds / count,
      wall: cost.seconds,
      memory: cost.peakBytes / 1e6
    })[row.of]
  const ratios = peer?.costs.map((cost, round) => {
    const own = ours.costs[round]
    return own ? measured(own, ours) / measured(cost, peer) : Number.NaN
  })
  const ratio = ratios && median(ratios)
  const limit = row.goal === undefined ? undefined : goalFor(row.goal, nodeVersion)
  const reached = row.of === 'memory' ? Math.max(...ours.costs.map((cost) => measured(cost, ours))) : ratio
  const atLeast = row.of === 'rate'
  const describe = (side: Side) => {
    const value = median(side.costs.map((cost) => measured(cost, side)))
    const shown =
      row.of === 'rate'
        ? `${Math.round(value / 1000)} k/s`
        : `${Math.round(median(side.costs.map(({ seconds }) => seconds)) * 1000)} ms`
    const peak = Math.max(...side.costs.map(({ peakBytes }) => peakBytes))
    return `${shown}, CPU ${median(side.costs.map(({ cpuSeconds }) => cpuSeconds)).toFixed(2)} s, ${Math.round(peak / 1e6)} MB`
  }
  const faults = [
    ...ours.faults.map((fault) => `tidings: ${fault}`),
    ...(peer?.faults ?? []).map((fault) => `peer: ${fault}`)
  ]
  return {
    name: row.name,
    ours: describe(ours),
    peer: peer ? describe(peer) : 'not installed',
    ratio,
    spread: ratios && [Math.min(...ratios), Math.max(...ratios)],
    goal: limit === undefined ? '-' : `${atLeast ? '>=' : '<='} ${limit}${row.of === 'memory' ? ' MB' : ''}`,
    met:
      reached === undefined || limit === undefined
        ? undefined
        : ours.faults.length === 0 && (atLeast ? reached >= limit : reached <= limit),
    faults: [...new Set(faults)]
  }
}

function goalFor(goal: Row['goal'], nodeVersion: string): number {
  if (typeof goal === 'number') return goal
  const major = Number.parseInt(nodeVersion.slice(1), 10)
  const known = Object.keys(goal)
    .map(Number)
    .filter((version) => version <= major)
  return goal[Math.max(...known)] ?? Number.NaN
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2
}

/** Rows as a Markdown table, which the README can quote as it is. */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0))
  )
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [line(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...rows.map(line)].join(
    '\n'
  )
}

export function summaryCells({ name, ours, peer, ratio, spread, goal, met, faults }: Summary): string[] {
  const range = spread ? `${spread[0].toFixed(2)}-${spread[1].toFixed(2)}` : '-'
  const verdict = faults.some((fault) => fault.startsWith('tidings'))
    ? 'failed'
    : met === undefined
      ? '-'
      : met
        ? 'yes'
        : 'no'
  return [name, ours, peer, ratio?.toFixed(2) ?? '-', range, goal, verdict]
}
