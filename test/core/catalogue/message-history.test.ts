import { describe, expect, it } from 'vitest'
import { MessageHistory } from '../../../src/core/catalogue/message-history.js'
import { textMessage } from '../../support/memory-connection.js'

const history = (bounds: Partial<ConstructorParameters<typeof MessageHistory>[0]> = {}) =>
  new MessageHistory({ length: 3, longestPayload: 10, ...bounds })
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
    expect(messages.add(textMessage('a', '2'), 2, 2, false)).toBe(false)
    expect(messages.add(textMessage('a', '3'), 3, 3, false)).toBe(true)
    expect(textsOf(messages)).toEqual(['1', '3'])
    expect(messages.add(textMessage('a', '4'), 4, 4, false)).toBe(false)
    expect(textsOf(messages)).toEqual(['1', '3', '4'])
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

describe('memory', () => {
  it('is reckoned with every message, and given back with the oldest', () => {
    const messages = history()
    messages.add(textMessage('a', '1234567890'), 1, 1, true)
    const one = messages.bytes
    messages.add(textMessage('a', '1234567890'), 2, 2, true)
    expect(messages.bytes).toBe(2 * one)
    expect(messages.spare).toBe(1)
    expect(messages.forget()).toBe(true)
    expect(messages.bytes).toBe(one)
  })

  it('is given back by the only message with its payload, which it then has no more', () => {
    const messages = history()
    messages.add(textMessage('a', '1234567890'), 1, 1, true)
    expect(messages.forget()).toBe(true)
    expect(messages.latest).toMatchObject({ payload: Buffer.alloc(0), size: 10, sequence: 1 })
    expect(messages.forget()).toBe(false)
    expect(history().forget()).toBe(false)
  })
})
