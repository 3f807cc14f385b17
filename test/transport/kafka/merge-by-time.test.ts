import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Message } from '../../../src/core/message.js'
import { mergeByTime } from '../../../src/transport/kafka/merge-by-time.js'
import { message } from '../../support/connection-options.js'

const times = fc.array(fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 20 }), { maxLength: 8 })
const listsOf = (all: readonly (readonly number[])[]): Message[][] =>
  all.map((list, partition) =>
    list.map((sourceTime, offset) => ({ ...message('t', ''), sourceTime, kafka: { partition, offset } }))
  )

it('keeps every message, and the order of each list, whatever the times are', () => {
  fc.assert(
    fc.property(times, (all) => {
      const lists = listsOf(all)
      const merged = mergeByTime(lists)
      expect(merged).toHaveLength(lists.flat().length)
      for (const [partition, list] of lists.entries())
        expect(merged.filter(({ kafka }) => kafka?.partition === partition)).toEqual(list)
    })
  )
})

it('orders by time what is in order in each list; of the same time, the earlier list comes first', () => {
  fc.assert(
    fc.property(times, (all) => {
      const lists = listsOf(all.map((list) => [...list].sort((a, b) => a - b)))
      const sorted = lists.flat().sort((a, b) => (a.sourceTime ?? 0) - (b.sourceTime ?? 0))
      expect(mergeByTime(lists)).toEqual(sorted)
    })
  )
})
