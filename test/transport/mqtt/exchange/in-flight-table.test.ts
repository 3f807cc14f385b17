import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OpenBatch } from '../../../../src/transport/exchange/open-batch.js'
import {
  AWAITS_PUBACK,
  AWAITS_PUBCOMP,
  AWAITS_PUBREC,
  InFlightTable
} from '../../../../src/transport/mqtt/exchange/in-flight-table.js'

const batch = new OpenBatch([], () => undefined)

describe('messages in flight', () => {
  it('are known by their ids, in the order in which they were sent first', () => {
    const table = new InFlightTable()
    table.add(9, batch, 0, AWAITS_PUBACK, 100)
    table.add(2, batch, 1, AWAITS_PUBREC, 50)
    expect(table.idsInOrder()).toEqual([9, 2])
    expect([table.step(9), table.step(2), table.step(3)]).toEqual([AWAITS_PUBACK, AWAITS_PUBREC, 0])
    expect([table.index(2), table.batch(2) === batch]).toEqual([1, true])
    expect([table.onWire, table.exactlyOnce, table.bytes]).toEqual([2, 1, 150])
    expect(() => table.batch(3)).toThrow(RangeError)
  })

  it('that the broker has need not be sent again, and are released in the order of its answers', () => {
    const table = new InFlightTable()
    table.add(1, batch, 0, AWAITS_PUBREC, 10)
    table.add(2, batch, 1, AWAITS_PUBREC, 20)
    table.receive(2)
    table.receive(1)
    expect([table.step(1), table.bytes, table.idsInOrder()]).toEqual([AWAITS_PUBCOMP, 0, [2, 1]])
  })

  it('stay over a lost network, and count again once they are sent on the next', () => {
    const table = new InFlightTable()
    table.add(1, batch, 0, AWAITS_PUBREC, 10)
    table.recall()
    expect([table.onWire, table.exactlyOnce, table.sent(1), table.bytes]).toEqual([0, 0, false, 10])
    table.send(1)
    expect([table.onWire, table.exactlyOnce, table.sent(1)]).toEqual([1, 1, true])
  })

  it('may have any id that there is', () => {
    const table = new InFlightTable()
    for (const id of [1, 1023, 1024, 65_535]) table.add(id, batch, 0, AWAITS_PUBACK, 1)
    expect(table.idsInOrder()).toEqual([1, 1023, 1024, 65_535])
  })

  it('leave nothing behind, whatever happens to them', () => {
    const ids = fc.uniqueArray(fc.integer({ min: 1, max: 3000 }))
    fc.assert(
      fc.property(ids, fc.func(fc.boolean()), fc.boolean(), (all, isExact, isLost) => {
        const table = new InFlightTable()
        for (const id of all) table.add(id, batch, 0, isExact(id) ? AWAITS_PUBREC : AWAITS_PUBACK, id)
        if (isLost) table.recall()
        for (const id of all) {
          if (table.step(id) === AWAITS_PUBREC) table.receive(id)
          table.remove(id)
        }
        expect([table.onWire, table.exactlyOnce, table.bytes, table.idsInOrder()]).toEqual([0, 0, 0, []])
      })
    )
  })
})
