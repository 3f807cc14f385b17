import { describe, expect, it } from 'vitest'
import { formatEnvelope } from '../../../src/core/envelope/envelope.js'
import { countOutbox } from '../../../src/core/outbox/outbox-contents.js'
import { textMessage } from '../../support/memory-connection.js'

describe('counting an outbox', () => {
  it('counts messages by channel, their payloads, the oldest, and lines that cannot be read', () => {
    const lines = [
      formatEnvelope({ ...textMessage('a', '12345'), time: 2_000_000 }),
      formatEnvelope({ ...textMessage('b', '1'), time: 1_000_000 }),
      'garbage',
      formatEnvelope({ ...textMessage('a', ''), time: 3_000_000 })
    ].map((line) => Buffer.from(line))
    const contents = countOutbox([
      { segment: 's', end: 1, lines: lines.slice(0, 2) },
      { segment: 't', end: 1, lines: lines.slice(2) }
    ])
    expect(contents).toEqual({
      messages: 3,
      bytes: 6,
      oldest: 1_000_000,
      unreadable: 1,
      channels: new Map([
        ['a', 2],
        ['b', 1]
      ])
    })
  })
})
