import { describe, expect, it } from 'vitest'
import { NackedMessages } from '../../../src/transport/amqp/nacked-messages.js'
import { OpenBatch } from '../../../src/transport/exchange/open-batch.js'

const batch = new OpenBatch([], () => {})
const sent = (tag: number) => ({ batch, index: tag, tag })

/** Resolves once messages are due, with what is sent again. */
function startNacks(patience?: number) {
  let due: () => void = () => {}
  let firsts = 0
  const nacks = new NackedMessages(
    () => firsts++,
    () => due(),
    patience
  )
  const sendAgain = () =>
    new Promise<number[]>((resolve) => {
      due = () => resolve(nacks.take().map(({ tag }) => tag))
      nacks.pause()
    })
  return { nacks, sendAgain, firsts: () => firsts }
}

describe('messages that the broker could not take', () => {
  it('are sent again in the order in which they were sent', async () => {
    const { nacks, sendAgain } = startNacks()
    for (const tag of [3, 1, 2]) expect(nacks.keep(sent(tag))).toBe(true)
    expect(await sendAgain()).toEqual([1, 2, 3])
    expect(nacks.areWaiting).toBe(false)
  })

  it('hold up new messages until all that was sent again has its answer', async () => {
    const { nacks, sendAgain, firsts } = startNacks()
    expect(nacks.isOver(false)).toBe(true)
    nacks.keep(sent(1))
    expect(nacks.isOver(true)).toBe(false)
    await sendAgain()
    expect(nacks.isOver(false)).toBe(false)
    nacks.keep(sent(2))
    await sendAgain()
    expect(firsts()).toBe(1)
    expect(nacks.isOver(true)).toBe(true)
    nacks.keep(sent(3))
    expect(firsts()).toBe(2)
  })

  it('are refused where that lasts, and later ones at once', async () => {
    const { nacks, sendAgain } = startNacks(150)
    let tries = 0
    while (nacks.keep(sent(++tries))) await sendAgain()
    expect(tries).toBeGreaterThan(1)
    expect(nacks.isOver(true)).toBe(true)
    expect(nacks.keep(sent(1))).toBe(false)
  })
})
