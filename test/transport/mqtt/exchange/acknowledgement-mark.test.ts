import { describe, expect, it } from 'vitest'
import {
  acknowledge,
  countMarks,
  detached,
  idOf,
  isDeliveredBefore,
  isNewExactlyOnce,
  type Mark,
  markOf,
  markOfRepetition,
  unlessDetached
} from '../../../../src/transport/mqtt/exchange/acknowledgement-mark.js'
import { PUBACK, PUBREC } from '../../../../src/transport/mqtt/exchange/packet-types.js'
import type { PacketWriter } from '../../../../src/transport/mqtt/exchange/packet-writer.js'

const [zero, one, two] = ([0, 1, 2] as const).map((guarantee) =>
  markOf({ guarantee }, guarantee && 40_000 + guarantee)
)
const marks = [zero, one, two] as Mark[]

/** What is written for these marks, and how often it is flushed. */
function written(owed: readonly Mark[], lost = false) {
  const packets: [number, number][] = []
  let flushes = 0
  const writer = {
    lost,
    acknowledge: (type: number, id: number) => packets.push([type, id]),
    flush: () => flushes++
  }
  acknowledge(owed, writer as unknown as PacketWriter)
  return { packets, flushes }
}

describe('what is owed for messages', () => {
  it('is nothing at QoS 0, PUBACK at QoS 1 and PUBREC at QoS 2, in one write', () => {
    expect(written(marks)).toEqual({
      packets: [
        [PUBACK, 40_001],
        [PUBREC, 40_002]
      ],
      flushes: 1
    })
    expect(written([zero as Mark])).toEqual({ packets: [], flushes: 0 })
  })

  it('is PUBREC once more for a message that was delivered before', () => {
    const again = markOfRepetition(7)
    expect(written([again]).packets).toEqual([[PUBREC, 7]])
    expect([isDeliveredBefore(again), isNewExactlyOnce(again), idOf(again)]).toEqual([true, false, 7])
    expect(marks.map(isNewExactlyOnce)).toEqual([false, false, true])
  })

  it('is nothing on a lost connection, nor on the next one until the broker sends the message again', () => {
    expect(written(marks, true).packets).toEqual([])
    expect(written(marks.map(detached)).packets).toEqual([])
  })

  it('is kept of a lost connection for QoS 2 alone, and forgotten with the session', () => {
    const kept = marks.map(detached)
    expect(kept.map(idOf)).toEqual([0, 0, 40_002])
    expect(kept.map(unlessDetached).map(idOf)).toEqual([0, 0, 0])
    expect(marks.map(unlessDetached)).toEqual(marks)
  })

  it('is cut where messages are cut, with the acknowledgements between them', () => {
    const again = markOfRepetition(7)
    const mixed = [again, ...marks, again, again, ...marks]
    expect([0, 1, 3, 4, 6, 99].map((messages) => countMarks(messages, mixed))).toEqual([1, 2, 6, 7, 9, 9])
  })
})
