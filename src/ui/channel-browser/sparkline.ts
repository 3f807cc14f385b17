const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const

/** A bar for each sample, the largest as high as a cell; nothing where nothing was. */
export function sparkline(samples: readonly number[]): string {
  const max = Math.max(...samples)
  return samples
    .map((sample) => (sample <= 0 ? ' ' : (BARS[Math.ceil((sample / max) * BARS.length) - 1] ?? '▁')))
    .join('')
}
