import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OpenBatch } from '../../../src/transport/exchange/open-batch.js'
import {
  PartitionQueue,
  type PendingBatch,
  sequenceAfter
} from '../../../src/transport/kafka/partition-queue.js'
import { FIELD, int64At } from '../../../src/transport/kafka/records/batch-format.js'
import { message } from '../../support/connection-options.js'

const numberedAs = (bytes: Buffer) => ({
  producer: int64At(bytes, FIELD.producerId),
  sequence: bytes.readInt32BE(FIELD.baseSequence)
})

/** A queue, and a way to make the next batch of so many messages ready. */
function newQueue() {
  const queue = new PartitionQueue('t', 0)
  const next = (count: number): PendingBatch => {
    const open = new OpenBatch(
      Array.from({ length: count }, () => message('t', 'x', 2)),
      () => {}
    )
    for (const [index, each] of [...open.messages].entries()) queue.append(open, index, each, 2, 0)
    return queue.waiting.shift() as PendingBatch
  }
  return { queue, next }
}

describe('the batches of a topic that takes few bytes', () => {
  it('have no more than it takes, unless one message alone has more', () => {
    const queue = new PartitionQueue('t', 0)
    queue.limitTo(300)
    queue.limitTo(5000)
    const texts = ['x'.repeat(100), 'y'.repeat(100), 'z'.repeat(1000), 'w']
    const open = new OpenBatch(
      texts.map((text) => message('t', text)),
      () => {}
    )
    for (const [index, each] of [...open.messages].entries()) queue.append(open, index, each, 1, 0)
    expect(queue.waiting.map(({ records }) => records.count)).toEqual([1, 1, 1, 1])
    queue.limitTo(200)
    queue.putBack(
      queue.waiting.splice(0).flatMap(({ runs }) => runs),
      1,
      0
    )
    expect(queue.waiting.map(({ runs }) => runs.map(({ index }) => index))).toEqual([[0], [1], [2], [3]])
  })
})

describe('the batches of an idempotent producer', () => {
  const first = { producerId: 7, epoch: 0 }
  const second = { producerId: 8, epoch: 0 }

  it('are numbered one after the other, and begin anew with a new producer', () => {
    const { queue, next } = newQueue()
    const seal = (count: number, producer = first) => numberedAs(queue.seal(next(count), producer))
    expect(seal(3)).toEqual({ producer: 7, sequence: 0 })
    expect(seal(2)).toEqual({ producer: 7, sequence: 3 })
    expect(seal(1, second)).toEqual({ producer: 8, sequence: 0 })
    expect(seal(1, second)).toEqual({ producer: 8, sequence: 1 })
  })

  it('keep their producer where the answer was lost, although another partition has got a new one', () => {
    const { queue, next } = newQueue()
    const batch = next(3)
    const sent = Buffer.from(queue.seal(batch, first))
    expect(queue.seal(batch, second)).toEqual(sent)
    expect(numberedAs(queue.seal(next(1), second))).toEqual({ producer: 8, sequence: 0 })
  })

  it('give their number to the next one where the broker has refused them for good', () => {
    const { queue, next } = newQueue()
    queue.seal(next(3), first)
    const refused = next(2)
    queue.seal(refused, first)
    queue.forgetSequence(refused)
    expect(numberedAs(queue.seal(next(1), first))).toEqual({ producer: 7, sequence: 3 })
    // One of a former producer says nothing about the numbers of the present one.
    queue.seal(next(5), second)
    queue.forgetSequence(refused)
    expect(numberedAs(queue.seal(next(1), second))).toEqual({ producer: 8, sequence: 5 })
  })

  it('count as brokers do: behind 2^31 - 1 comes 0', () => {
    expect(sequenceAfter(2 ** 31 - 1, 1)).toBe(0)
    expect(sequenceAfter(2 ** 31 - 2, 5)).toBe(3)
    fc.assert(
      fc.property(fc.nat(2 ** 31 - 1), fc.nat(1_000_000), (sequence, count) => {
        const next = sequenceAfter(sequence, count)
        expect(next).toBeGreaterThanOrEqual(0)
        expect(next).toBeLessThan(2 ** 31)
        expect((next - sequence + 2 ** 31) % 2 ** 31).toBe(count)
      })
    )
  })
})
