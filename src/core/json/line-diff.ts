/** A line of the earlier text, the later one, or both. */
export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed'
  readonly text: string
}

// The greatest number of cells in the table of the longest common subsequence. Above it, all lines that differ count as replaced.
const LARGEST_TABLE = 1_000_000

/** Lists the lines of both texts with the fewest removed and added lines. Removed lines stand before added ones. */
export function diffLines(before: readonly string[], after: readonly string[]): DiffLine[] {
  let start = 0
  while (start < before.length && start < after.length && before[start] === after[start]) start++
  let beforeEnd = before.length
  let afterEnd = after.length
  while (beforeEnd > start && afterEnd > start && before[beforeEnd - 1] === after[afterEnd - 1]) {
    beforeEnd--
    afterEnd--
  }
  return [
    ...marked('same', before.slice(0, start)),
    ...diffMiddle(before.slice(start, beforeEnd), after.slice(start, afterEnd)),
    ...marked('same', before.slice(beforeEnd))
  ]
}

function marked(kind: DiffLine['kind'], lines: readonly string[]): DiffLine[] {
  return lines.map((text) => ({ kind, text }))
}

function diffMiddle(before: readonly string[], after: readonly string[]): DiffLine[] {
  if (before.length * after.length > LARGEST_TABLE)
    return [...marked('removed', before), ...marked('added', after)]
  const width = after.length + 1
  // longest[i * width + j]: length of the longest common subsequence of before[i..] and after[j..].
  const longest = new Uint32Array((before.length + 1) * width)
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      longest[i * width + j] =
        before[i] === after[j]
          ? at(longest, (i + 1) * width + j + 1) + 1
          : Math.max(at(longest, (i + 1) * width + j), at(longest, i * width + j + 1))
    }
  }
  const lines: DiffLine[] = []
  let i = 0
  let j = 0
  while (i < before.length || j < after.length) {
    const old = before[i]
    const recent = after[j]
    if (old !== undefined && old === recent) {
      lines.push({ kind: 'same', text: old })
      i++
      j++
    } else if (
      old !== undefined &&
      (recent === undefined || at(longest, (i + 1) * width + j) >= at(longest, i * width + j + 1))
    ) {
      lines.push({ kind: 'removed', text: old })
      i++
    } else {
      lines.push({ kind: 'added', text: recent ?? '' })
      j++
    }
  }
  return lines
}

function at(table: Uint32Array, index: number): number {
  return table[index] ?? 0
}
