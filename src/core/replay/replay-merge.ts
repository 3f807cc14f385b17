import type { RecordingItem } from '../recording/recording-item.js'

interface Head {
  readonly batches: AsyncIterator<RecordingItem[]>
  batch: readonly RecordingItem[]
  at: number
}

/**
 * Merges recordings by position. If two items have the same position, the item of the recording that was named first comes first.
 * Holds one batch of each recording in memory. If reading a recording fails, the items before the failure come first, and then the
 * iterator rejects with that error.
 */
export async function* mergeRecordings(
  recordings: readonly AsyncIterable<RecordingItem[]>[]
): AsyncGenerator<readonly RecordingItem[]> {
  const [only] = recordings
  if (recordings.length === 1 && only !== undefined) return yield* only
  const heads = recordings.map((each): Head => ({ batches: each[Symbol.asyncIterator](), batch: [], at: 0 }))
  try {
    const open = new Set<Head>()
    for (const head of heads) if (await refill(head)) open.add(head)
    while (open.size > 0) {
      const { merged, spent } = mergeUntilSpent(open)
      yield merged
      if (!(await refill(spent))) open.delete(spent)
    }
  } finally {
    for (const head of heads) await head.batches.return?.()
  }
}

async function refill(head: Head): Promise<boolean> {
  do {
    const next = await head.batches.next()
    if (next.done) return false
    head.batch = next.value
  } while (head.batch.length === 0)
  head.at = 0
  return true
}

/** Takes the earliest item again and again, until the batch of one recording is used up: then that recording must be read further. */
function mergeUntilSpent(heads: ReadonlySet<Head>): { merged: RecordingItem[]; spent: Head } {
  const merged: RecordingItem[] = []
  for (;;) {
    let first: Head | undefined
    let position = Number.POSITIVE_INFINITY
    for (const head of heads) {
      const item = head.batch[head.at]
      if (item === undefined) return { merged, spent: head }
      if (first !== undefined && item.position >= position) continue
      first = head
      position = item.position
    }
    const item = first?.batch[first.at]
    if (first === undefined || item === undefined) throw new RangeError('nothing is left to merge')
    merged.push(item)
    first.at++
  }
}
