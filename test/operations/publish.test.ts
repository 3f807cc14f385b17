import { describe, expect, it } from 'vitest'
import { TidingsError } from '../../src/core/errors.js'
import type { Message } from '../../src/core/message.js'
import { type PublishOptions, publish } from '../../src/operations/publish.js'
import { connectionOptions } from '../support/connection-options.js'
import { FakeClock } from '../support/fake-clock.js'
import { MemoryConnection, textMessage } from '../support/memory-connection.js'

async function* batchesOf(...batches: Message[][]) {
  yield* batches
}

function publishing(more: Partial<PublishOptions> = {}) {
  const connection = new MemoryConnection()
  const clock = new FakeClock()
  const log: unknown[] = []
  const outcome = publish({
    protocol: { open: async () => connection },
    options: connectionOptions('mqtt://memory'),
    channel: 'a',
    messages: () => batchesOf([textMessage('a', '1')], [textMessage('a', '2')]),
    clock,
    stop: new AbortController().signal,
    drainTimeout: 1000,
    ackTimeout: 30_000,
    onBegin: ({ progress }) => {
      log.push(`began with ${progress.sent} sent`)
      return () => log.push('ended')
    },
    ...more
  })
  return { connection, clock, log, outcome }
}

describe('publishing', () => {
  it('sends every message, and closes the connection', async () => {
    const { connection, outcome } = publishing()
    expect(await outcome).toMatchObject({ sent: 2, acknowledged: 2, failure: undefined })
    expect(connection.drains).toEqual([1000])
  })

  it('can be watched from before the first message to after the last', async () => {
    const { log, outcome } = publishing()
    await outcome
    expect(log).toEqual(['began with 0 sent', 'ended'])
  })

  it('is not begun where there is no connection', async () => {
    const failure = new TidingsError('connect', 'nobody there', { code: 'connection-refused' })
    const { log, outcome } = publishing({ protocol: { open: () => Promise.reject(failure) } })
    await expect(outcome).rejects.toBe(failure)
    expect(log).toEqual([])
  })

  it('takes the time from the connection to the last answer', async () => {
    const clock = new FakeClock()
    const connection = new MemoryConnection()
    connection.answer = async (batch) => {
      await clock.advance(300)
      return { acknowledged: batch.length, refused: [], unacknowledged: 0 }
    }
    const { outcome } = publishing({
      clock,
      protocol: {
        open: async () => {
          await clock.advance(5000)
          return connection
        }
      },
      messages: () => batchesOf([textMessage('a')])
    })
    expect((await outcome).elapsed).toBe(300_000)
  })
})
