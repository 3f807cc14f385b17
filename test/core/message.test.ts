import { describe, expect, it } from 'vitest'
import { messageOf, NO_HEADERS } from '../../src/core/message.js'

describe('a message that is made from facts', () => {
  it.each([
    { key: 'k' },
    { sourceTime: 5 },
    { contentType: 'a/b' },
    { expiry: 1 },
    { responseChannel: 'r' },
    { correlation: Buffer.from('c') },
    { guarantee: 2 as const },
    { mqtt: { retain: true } }
  ])('keeps %j, alone and with other facts', (fact) => {
    expect(messageOf('a', null, { headers: NO_HEADERS, ...fact })).toMatchObject({
      channel: 'a',
      payload: null,
      ...fact
    })
  })
})
