import { describe, expect, it } from 'vitest'
import { OpenBatch } from '../../../src/transport/exchange/open-batch.js'
import { textMessage } from '../../support/memory-connection.js'

function batchOf(count: number) {
  const settled: number[] = []
  const messages = Array.from({ length: count }, () => textMessage('a'))
  return { settled, batch: new OpenBatch(messages, (_, decided) => settled.push(decided)) }
}
const no = { reason: 'no', code: 'publish-refused' }

describe('the report of a batch', () => {
  it('comes when the fate of the last message is decided, refusals in their order', async () => {
    const { batch, settled } = batchOf(8)
    batch.acknowledge(2)
    batch.acknowledgeUnheard()
    batch.send(1)
    batch.refuse(7, no)
    batch.refuse(3, no)
    expect(batch.left).toBe(2)
    batch.giveUp(2)
    expect(await batch.report).toEqual({
      acknowledged: 4,
      unassured: 1,
      unheard: 1,
      refused: [
        { index: 3, ...no },
        { index: 7, ...no }
      ],
      unacknowledged: 2
    })
    expect(settled).toEqual([2, 1, 1, 1, 1, 2])
  })

  it('of no messages comes at once', async () => {
    expect(await batchOf(0).batch.report).toEqual({ acknowledged: 0, refused: [], unacknowledged: 0 })
  })
})
