import { describe, expect, it } from 'vitest'
import { MessageIds } from '../../../../src/transport/mqtt/exchange/message-ids.js'

describe('packet identifiers', () => {
  it('never give out an id that is in use, by whomever, and wrap at 65535', () => {
    const ids = new MessageIds()
    const used = new Set<number>()
    for (let i = 0; i < 65_535; i++) {
      const id = i % 3 === 0 ? ids.allocate() : ids.take()
      if (id === null) throw new Error('no id left too early')
      expect(id >= 1 && id <= 65_535 && !used.has(id)).toBe(true)
      used.add(id)
    }
    expect(used.size).toBe(65_535)
    expect([ids.allocate(), ids.take()]).toEqual([null, null])
    ids.release(2)
    expect(ids.allocate()).toBe(2)
  })

  it('go round, so that an id is used again as late as possible', () => {
    const ids = new MessageIds()
    expect(ids.take()).toBe(1)
    ids.release(1)
    expect(ids.take()).toBe(2)
  })

  it('of messages in flight survive that mqtt.js clears its own', () => {
    const ids = new MessageIds()
    const ofSession = ids.allocate()
    const ofMessage = ids.take()
    ids.clear()
    expect(ids.register(ofSession ?? 0)).toBe(true)
    expect(ids.register(ofMessage ?? 0)).toBe(false)
  })

  it('of one side cannot be released by the other', () => {
    const ids = new MessageIds()
    const ofSession = ids.allocate() ?? 0
    const ofMessage = ids.take() ?? 0
    ids.release(ofSession)
    ids.deallocate(ofMessage)
    expect(ids.register(ofSession)).toBe(false)
    expect(ids.register(ofMessage)).toBe(false)
    expect(ids.getLastAllocated()).toBe(ofSession)
  })

  it('that no packet can have are not registered', () => {
    const ids = new MessageIds()
    expect([0, -1, 65_536].map((id) => ids.register(id))).toEqual([false, false, false])
  })
})
