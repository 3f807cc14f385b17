/** A count in at most 5 cells: `999`, `12.3k`, `4.5M`. */
export function formatCount(count: number): string {
  if (count < 1000) return String(Math.round(count))
  for (const [unit, size] of UNITS) {
    const scaled = count / size
    if (scaled < 999.5) return `${scaled < 99.95 ? scaled.toFixed(1) : Math.round(scaled)}${unit}`
  }
  return '>999T'
}

const UNITS = [
  ['k', 1e3],
  ['M', 1e6],
  ['G', 1e9],
  ['T', 1e12]
] as const

/** How long ago, from microseconds, in at most 4 cells: `now`, `12s`, `3m`, `5h`, `20d`. */
export function formatAge(age: number): string {
  const seconds = Math.floor(age / 1e6)
  if (seconds < 1) return 'now'
  if (seconds < 100) return `${seconds}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 100) return `${minutes}m`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours}h` : `${Math.min(999, Math.floor(hours / 24))}d`
}

/** Messages per second, in at most 7 cells: `0.3/s`, `12/s`, `1.2k/s`. */
export function formatRate(perSecond: number): string {
  if (perSecond === 0) return '0/s'
  return `${perSecond < 9.95 ? perSecond.toFixed(1) : formatCount(perSecond)}/s`
}

/** A number as a chart's label: at most 6 significant digits. */
export function formatNumber(value: number): string {
  return String(Number(value.toPrecision(6)))
}
