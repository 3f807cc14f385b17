import type { RecordingItem } from '../recording/recording-item.js'

interface Head {
  readonly batches: AsyncIterator<RecordingItem[]>
  batch: readonly RecordingItem[]
  at: number
  /** What is added to its positions. */
  shift: number
}

/**
 * Merges recordings by position; where two stand at the same one, the file that was named first goes first. One without dates, which
 * begins at 0, begins together with the earliest of the others. Holds one batch of each in memory. What reading one of them rejects with comes after everything before it.
 */
export async function* mergeRecordings(
  recordings: readonly AsyncIterable<RecordingItem[]>[]
): AsyncGenerator<readonly RecordingItem[]> {
  const [only] = recordings
  if (recordings.length === 1 && only !== undefined) return yield* only
  const heads = recordings.map(
    (each): Head => ({ batches: each[Symbol.asyncIterator](), batch: [], at: 0, shift: 0 })
  )
  try {
    const open = new Set<Head>()
    for (const head of heads) if (await refill(head)) open.add(head)
    alignUndated([...open])
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
  moveBatch(head)
  return true
}

function moveBatch(head: Head): void {
  const { shift } = head
  if (shift > 0) head.batch = head.batch.map((item) => ({ ...item, position: item.position + shift }))
}

function alignUndated(heads: readonly Head[]): void {
  const starts = heads.map(({ batch }) => batch[0]?.position ?? 0)
  const earliest = Math.min(...starts.filter((start) => start > 0))
  if (!Number.isFinite(earliest)) return
  heads.forEach((head, index) => {
    if (starts[index] !== 0) return
    head.shift = earliest
    moveBatch(head)
  })
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
