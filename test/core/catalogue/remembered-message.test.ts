import { describe, expect, it } from 'vitest'
import {
  rememberedBytes,
  rememberMessage,
  withoutPayload
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

  it('without its payload still says what it was: channel, time, size, guarantee', () => {
    const message = textMessage('a', '12345', { headers: [['b', 'c']], contentType: 'text/plain', key: 'k' })
    const without = withoutPayload(rememberMessage(message, 7, 3, 100))
    expect(without).toMatchObject({ channel: 'a', time: 7, sequence: 3, size: 5, guarantee: 1 })
    expect(without).toMatchObject({ headers: [], contentType: undefined, key: undefined })
  })

  it('without its payload is still a tombstone, and says where it was', () => {
    const message = {
      ...textMessage('a', '', { headers: [['b', '']], key: 'k' }),
      payload: null,
      kafka: { partition: 1, offset: 7, nullHeaders: [0] }
    }
    const { payload, headers, kafka } = withoutPayload(rememberMessage(message, 7, 3, 100))
    expect({ payload, headers, kafka }).toEqual({
      payload: null,
      headers: [],
      kafka: { partition: 1, offset: 7, nullHeaders: undefined }
    })
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
