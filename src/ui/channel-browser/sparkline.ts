const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const

/** One bar per sample. The largest sample fills a cell, and a sample of 0 is blank. */
export function sparkline(samples: readonly number[]): string {
  const max = Math.max(...samples)
  return samples
    .map((sample) => (sample <= 0 ? ' ' : (BARS[Math.ceil((sample / max) * BARS.length) - 1] ?? '▁')))
    .join('')
}
