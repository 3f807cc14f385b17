import { describe, expect, it } from 'vitest'
import {
  asPublished,
  copyFacts,
  isRedelivered,
  messageOf,
  NO_HEADERS,
  type ReusedFacts
} from '../../src/core/message.js'

describe('a message that is made from facts', () => {
  it.each([
    { key: 'k' },
    { sourceTime: 5 },
    { contentType: 'a/b' },
    { expiry: 1 },
    { responseChannel: 'r' },
    { correlation: Buffer.from('c') },
    { guarantee: 2 as const },
    { mqtt: { retain: true } },
    { amqp: { type: 'order' } }
  ])('keeps %j, alone and with other facts', (fact) => {
    expect(messageOf('a', null, { headers: NO_HEADERS, ...fact })).toMatchObject({
      channel: 'a',
      payload: null,
      ...fact
    })
  })
})

describe('what AMQP says of a message', () => {
  it('is that it may be a repetition', () => {
    expect(isRedelivered({ headers: NO_HEADERS, amqp: { redelivered: true } })).toBe(true)
    expect(isRedelivered({ headers: NO_HEADERS, amqp: { type: 'order' } })).toBe(false)
  })

  it('is without its delivery where the message is published again', () => {
    const facts = { headers: NO_HEADERS, amqp: { type: 'order', exchange: '', offset: 0, redelivered: true } }
    expect(asPublished(facts)).toEqual({ headers: NO_HEADERS, amqp: { type: 'order' } })
    const published = { headers: NO_HEADERS, amqp: { type: 'order' } }
    expect(asPublished(published)).toBe(published)
  })

  it('is copied with the other facts', () => {
    const into: ReusedFacts = { headers: NO_HEADERS }
    copyFacts({ headers: NO_HEADERS, amqp: { type: 'order' } }, into)
    expect(into.amqp).toEqual({ type: 'order' })
  })
})
