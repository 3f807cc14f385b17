import { describe, expect, it } from 'vitest'
import {
  rememberedBytes,
  rememberMessage,
  smallFacts
} from '../../../src/core/catalogue/remembered-message.js'
import { textMessage } from '../../support/memory-connection.js'

describe('a remembered message', () => {
  it('outlives the buffers that it came in: payload, correlation and key', () => {
    const bytes = Buffer.from('abc')
    const message = textMessage('a', '', { correlation: bytes.subarray(), key: bytes.subarray() })
    const remembered = rememberMessage({ ...message, payload: bytes.subarray() }, 1, 1, 100)
    bytes.fill('z')
    for (const field of ['payload', 'correlation', 'key'] as const)
      expect(remembered[field]).toEqual(Buffer.from('abc'))
  })

  it('may have no payload at all', () => {
    expect(rememberMessage({ ...textMessage('a'), payload: null }, 1, 1, 100)).toMatchObject({
      payload: null,
      size: 0
    })
  })

  it('has facts that take little memory, and others', () => {
    const message = textMessage('a', '', {
      headers: [['b', 'c']],
      contentType: 'text/plain',
      key: 'k',
      expiry: 9
    })
    const facts = smallFacts(message)
    expect(facts).toMatchObject({ guarantee: 1, expiry: 9 })
    expect(facts).toMatchObject({ headers: [], contentType: undefined, key: undefined })
  })

  it('of Kafka still say where the message was', () => {
    const message = { ...textMessage('a', ''), kafka: { partition: 1, offset: 7, nullHeaders: [0] } }
    expect(smallFacts(message).kafka).toEqual({ partition: 1, offset: 7, nullHeaders: undefined })
  })

  it.each([
    ['payload', { payload: Buffer.alloc(1000) }],
    ['headers', { headers: [['name', 'x'.repeat(1000)]] as const }],
    ['correlation', { correlation: Buffer.alloc(1000) }],
    ['key', { key: 'x'.repeat(1000) }],
    ['content type', { contentType: 'x'.repeat(1000) }],
    ['response channel', { responseChannel: 'x'.repeat(1000) }],
    ['list of headers without a value', { kafka: { nullHeaders: new Array(200).fill(1) } }]
  ])('is reckoned to take more with a long %s', (_what, facts) => {
    const bytesOf = (more: object) =>
      rememberedBytes(rememberMessage({ ...textMessage('a'), ...more }, 1, 1, 10_000))
    expect(bytesOf(facts) - bytesOf({})).toBeGreaterThanOrEqual(1000)
  })
})
