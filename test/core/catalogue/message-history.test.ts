import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type HistoryBounds,
  MessageHistory,
  newHistoryStore
} from '../../../src/core/catalogue/message-history.js'
import { textMessage } from '../../support/memory-connection.js'

const history = (bounds: Partial<HistoryBounds> = {}, store = newHistoryStore()) =>
  new MessageHistory('a', { length: 3, longestPayload: 10, ...bounds }, store)
const textsOf = ({ all }: MessageHistory) => all.map(({ payload }) => Buffer.from(payload ?? []).toString())

describe('a history of three messages', () => {
  it('has the latest three, oldest first', () => {
    const messages = history()
    for (let n = 1; n <= 5; n++) messages.add(textMessage('a', String(n)), n, n, true)
    expect(textsOf(messages)).toEqual(['3', '4', '5'])
    expect(messages.latest).toMatchObject({ time: 5, sequence: 5, size: 1, channel: 'a' })
  })

  it('has only the beginning of a long payload, and knows how long it was', () => {
    const messages = history()
    messages.add(textMessage('a', 'x'.repeat(50)), 1, 1, true)
    expect(messages.latest).toMatchObject({ size: 50, payload: Buffer.from('x'.repeat(10)) })
  })

  it('has copies: the buffer that a message came in may be used again', () => {
    const messages = history()
    const payload = Buffer.from('abc')
    messages.add({ ...textMessage('a'), payload }, 1, 1, true)
    payload.fill('z')
    expect(textsOf(messages)).toEqual(['abc'])
  })
})

describe('a message that need not be kept', () => {
  it('gives way to the next one unless somebody looks', () => {
    const messages = history({ length: 10 })
    messages.add(textMessage('a', '1'), 1, 1, false)
    expect(messages.add(textMessage('a', '2'), 2, 2, false)).toBe(true)
    expect(messages.add(textMessage('a', '3'), 3, 3, false)).toBe(true)
    expect(textsOf(messages)).toEqual(['3'])
    expect(messages.add(textMessage('a', '4'), 4, 4, false)).toBe(false)
    expect(textsOf(messages)).toEqual(['3', '4'])
  })

  it('gives way to one that is to be kept', () => {
    const messages = history({ length: 10 })
    messages.add(textMessage('a', '1'), 1, 1, true)
    messages.add(textMessage('a', '2'), 2, 2, false)
    expect(messages.add(textMessage('a', '3'), 3, 3, true)).toBe(true)
    expect(textsOf(messages)).toEqual(['1', '3'])
  })

  it('has its own payload and facts, however short the one before was', () => {
    const messages = history({ length: 10 })
    messages.add(textMessage('a', ''), 1, 1, true)
    for (const text of ['12', '1234567', '1'])
      messages.add(textMessage('a', text, { guarantee: 2 }), 2, 2, false)
    expect(messages.latest).toMatchObject({ payload: Buffer.from('1'), guarantee: 2, time: 2 })
  })
})

describe('a copy of a history', () => {
  it('stays as the history was, whatever comes, is read and is forgotten', () => {
    const step = fc.record({
      size: fc.integer({ min: 0, max: 1500 }),
      keep: fc.boolean(),
      forgets: fc.boolean()
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), fc.array(step, { maxLength: 20 }), (before, after) => {
        const messages = history({ length: 10, longestPayload: 1000 })
        const twin = history({ length: 10, longestPayload: 1000 })
        const play = (to: MessageHistory, steps: typeof before, from: number) => {
          for (const [at, { size, keep, forgets }] of steps.entries()) {
            to.add({ ...textMessage('a'), payload: Buffer.alloc(size, from + at) }, at, from + at, keep)
            if (forgets) to.forget()
          }
        }
        play(messages, before, 1)
        play(twin, before, 1)
        const copy = messages.copy(newHistoryStore())
        play(messages, after, 100)
        expect(messages.all.length).toBeGreaterThanOrEqual(after.length > 0 ? 1 : 0)
        expect(copy.all).toEqual(twin.all)
      })
    )
  })
})

describe('memory', () => {
  it('is reckoned with every message, and given back with the oldest', () => {
    const store = newHistoryStore()
    const messages = history({}, store)
    for (let n = 1; n <= 2; n++) messages.add(textMessage('a', '1234567890'), n, n, true)
    const two = messages.bytes
    messages.add(textMessage('a', '1234567890'), 3, 3, true)
    expect(messages.bytes).toBe(1.5 * two)
    expect([store.bytes, store.spare, messages.spare]).toEqual([messages.bytes, 2, 2])
    expect(messages.forget()).toBe(true)
    expect([store.bytes, store.spare, messages.bytes]).toEqual([two, 1, two])
  })

  it('is a tenth for a message that nobody has read', () => {
    const [read, unread] = [history(), history()]
    for (const messages of [read, unread]) messages.add(textMessage('a', '1234567890'), 1, 1, true)
    expect(read.latest).toMatchObject({ sequence: 1 })
    expect(unread.bytes).toBeLessThan(read.bytes / 8)
    expect(unread.latest).toEqual(read.latest)
  })

  it('is given back by the only message with its payload, which it then has no more', () => {
    for (const isRead of [false, true]) {
      const messages = history()
      messages.add(textMessage('a', '1234567890'), 1, 1, true)
      if (isRead) expect(messages.latest?.payload).toHaveLength(10)
      expect(messages.forget()).toBe(true)
      expect(messages.forget()).toBe(false)
      expect(messages.bytes).toBe(0)
      expect(messages.latest).toMatchObject({ payload: Buffer.alloc(0), size: 10, sequence: 1, guarantee: 1 })
    }
    expect(history().forget()).toBe(false)
  })

  it('is reckoned the same whatever comes, is read and is forgotten', () => {
    const step = fc.record({
      size: fc.integer({ min: 0, max: 1500 }),
      keep: fc.boolean(),
      contentType: fc.constantFrom(undefined, 'text/plain'),
      after: fc.constantFrom('nothing', 'read', 'forget')
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const store = newHistoryStore()
        const messages = history({ length: 4, longestPayload: 1000 }, store)
        for (const [at, { size, keep, contentType, after }] of steps.entries()) {
          const payload = Buffer.alloc(size, at)
          messages.add({ ...textMessage('a'), payload, contentType }, at, at + 1, keep)
          if (after === 'read') {
            const { latest } = messages
            expect(latest).toMatchObject({ sequence: at + 1, size, payload: payload.subarray(0, 1000) })
            expect(latest?.contentType).toBe(contentType)
          }
          if (after === 'forget') messages.forget()
          expect([store.bytes, store.spare]).toEqual([messages.bytes, messages.spare])
          expect(messages.spare).toBeLessThanOrEqual(4)
        }
      })
    )
  })
})
