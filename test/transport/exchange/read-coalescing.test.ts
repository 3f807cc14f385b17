import { describe, expect, it } from 'vitest'
import { type ChunkTaken, ReadCoalescing } from '../../../src/transport/exchange/read-coalescing.js'

const message = { bytes: 130, messages: 1, acknowledged: 0, windowFull: false }
const puback = { bytes: 4, messages: 0, acknowledged: 1, windowFull: true }
const many = (count: number, one: typeof message) => ({
  ...one,
  bytes: count * one.bytes,
  messages: count * one.messages,
  acknowledged: count * one.acknowledged
})

/** After which of the chunks, which come `gap` microseconds apart and each in a tick of its own, the thread slept. */
async function restsAfter(
  chunks: readonly Omit<ChunkTaken, 'time'>[],
  gap = 50,
  isBusy = () => false
): Promise<boolean[]> {
  let slept = false
  const coalescing = new ReadCoalescing(isBusy, () => {
    slept = true
  })
  const rests: boolean[] = []
  for (const [index, chunk] of chunks.entries()) {
    slept = false
    coalescing.after({ ...chunk, time: 1_000_000 + index * gap })
    await new Promise((resolve) => setImmediate(resolve))
    rests.push(slept)
  }
  return rests
}

describe('messages that a broker hands out a few at a time', () => {
  it('gather while the thread sleeps, from the second chunk on', async () => {
    expect(await restsAfter([message, message, many(20, message)])).toEqual([false, true, true])
  })

  it('never wait when they come alone', async () => {
    expect(await restsAfter([message, message, message], 1000)).toEqual([false, false, false])
    expect(await restsAfter([message, message, message], 125)).toEqual([false, false, false])
  })

  it('gather on when they came while the thread slept', async () => {
    const sleeps: number[] = []
    const coalescing = new ReadCoalescing(
      () => false,
      (microseconds) => sleeps.push(microseconds)
    )
    for (const time of [0, 50, 190]) {
      coalescing.after({ ...message, time })
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(sleeps).toHaveLength(2)
  })

  it('come later by less than 0.3 ms, with what the system adds', async () => {
    const sleeps: number[] = []
    const coalescing = new ReadCoalescing(
      () => false,
      (microseconds) => sleeps.push(microseconds)
    )
    for (const time of [0, 50]) coalescing.after({ ...message, time })
    await new Promise((resolve) => setImmediate(resolve))
    expect(sleeps).toEqual([expect.any(Number)])
    expect(sleeps[0]).toBeLessThan(150)
  })

  it('do not wait for more when there are many, or large ones', async () => {
    const large = { ...message, bytes: 65_536 }
    expect(await restsAfter([message, many(33, message), message, large])).toEqual([
      false,
      false,
      true,
      false
    ])
  })

  it('do not wait while the receiver is at work: what it waits for may be done', async () => {
    expect(await restsAfter([message, message], 50, () => true)).toEqual([false, false])
  })
})

describe('acknowledgements', () => {
  it('gather when half a window was freed; the first of the next, which Nagle sends alone, is answered at once', async () => {
    expect(
      await restsAfter([puback, many(19, puback), puback, many(19, puback), puback, puback, puback])
    ).toEqual([false, true, false, true, false, true, false])
  })

  it('never wait while the broker would take more', async () => {
    const open = { ...puback, windowFull: false }
    expect(await restsAfter([open, many(19, open), open])).toEqual([false, false, false])
  })

  it('of a large window do not wait for more', async () => {
    expect(await restsAfter([puback, many(500, puback)])).toEqual([false, false])
  })
})

describe.each([
  { what: 'messages', chunk: message },
  { what: 'acknowledgements', chunk: puback }
])('$what', ({ chunk }) => {
  it('that come in several chunks of one tick, as over TLS and WebSocket, cost one sleep', async () => {
    const sleeps: number[] = []
    const coalescing = new ReadCoalescing(
      () => false,
      (microseconds) => sleeps.push(microseconds)
    )
    for (let time = 1; time < 10; time++) coalescing.after({ ...chunk, time })
    expect(sleeps).toEqual([])
    await new Promise((resolve) => setImmediate(resolve))
    expect(sleeps).toHaveLength(1)
  })
})
