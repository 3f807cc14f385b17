import { expect, it } from 'vitest'
import { ReadPartition } from '../../../src/transport/kafka/read-partition.js'
import { ReadingEnd } from '../../../src/transport/kafka/reading-end.js'

/** The end of partitions with ten messages each, and whether it is reached. */
function start(count = 1) {
  const reads = Array.from({ length: count }, (_, partition) => new ReadPartition('t', partition, 0, 10))
  const partitions = new Set(reads)
  const end = new ReadingEnd(partitions)
  const seen = { isReached: false }
  const ask = () =>
    void end.reached().then(() => {
      seen.isReached = true
    })
  const settled = () => new Promise((resolve) => setImmediate(resolve))
  const take = (read: ReadPartition | undefined, taken: number) => {
    if (read !== undefined) read.taken = taken
    end.check()
  }
  return { reads, partitions, end, seen, ask, settled, take }
}

it('the end is reached once every partition has come to its own', async () => {
  const { reads, seen, ask, settled, take } = start(2)
  ask()
  take(reads[0], 10)
  take(reads[1], 9)
  await settled()
  expect(seen.isReached).toBe(false)
  take(reads[1], 10)
  await settled()
  expect(seen.isReached).toBe(true)
})

it.each(['before', 'after'])('who stops %s asking for the end does not reach it', async (when) => {
  const { partitions, end, seen, ask, settled } = start()
  if (when === 'after') ask()
  end.stop()
  partitions.clear()
  end.check()
  if (when === 'before') ask()
  await settled()
  expect(seen.isReached).toBe(false)
})
