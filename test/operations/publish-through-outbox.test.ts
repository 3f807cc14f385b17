import { describe, expect, it } from 'vitest'
import { TidingsError } from '../../src/core/errors.js'
import type { Message } from '../../src/core/message.js'
import {
  type PublishThroughOutboxOptions,
  publishThroughOutbox
} from '../../src/operations/publish-through-outbox.js'
import { connectionOptions } from '../support/connection-options.js'
import { FakeClock } from '../support/fake-clock.js'
import { MemoryConnection, textMessage } from '../support/memory-connection.js'
import { MemoryOutbox } from '../support/memory-outbox.js'
import { mqttTarget } from '../support/mqtt-target.js'

async function* batchesOf(...batches: Message[][]) {
  yield* batches
}

function publishing(protocol: Partial<PublishThroughOutboxOptions['protocol']> = {}) {
  const outbox = new MemoryOutbox()
  const connection = new MemoryConnection()
  const log: string[] = []
  const outcome = publishThroughOutbox({
    protocol: { open: async () => connection, checkOptions: async () => undefined, ...protocol },
    options: connectionOptions('mqtt://memory'),
    messages: () => batchesOf([textMessage('a', '1'), textMessage('a', '2')]),
    openOutbox: () => {
      log.push('opened')
      return outbox
    },
    target: mqttTarget(),
    clock: new FakeClock(),
    random: () => 0.5,
    stop: new AbortController().signal,
    drainTimeout: 1000,
    ackTimeout: 30_000,
    onWaiting: () => undefined,
    onBegin: () => {
      log.push('began')
      return () => log.push('ended')
    }
  })
  return { outbox, connection, log, outcome }
}

describe('publishing through an outbox', () => {
  it('stores every message, sends it, and leaves none behind', async () => {
    const { outbox, connection, log, outcome } = publishing()
    expect(await outcome).toMatchObject({ stored: 2, own: { acknowledged: 2 } })
    expect(connection.batches.flat()).toHaveLength(2)
    expect(outbox.left).toEqual([])
    expect(log).toEqual(['opened', 'began', 'ended'])
  })

  it('makes no outbox for connection options that are no good', async () => {
    const failure = new TidingsError('usage', 'no such option', { code: 'bad-option' })
    const { log, outcome } = publishing({ checkOptions: () => Promise.reject(failure) })
    await expect(outcome).rejects.toBe(failure)
    expect(log).toEqual([])
  })

  it('keeps every message where there is no connection', async () => {
    const reason = new TidingsError('connect', 'nobody there', { code: 'connection-refused' })
    const { outbox, outcome } = publishing({ open: () => Promise.reject(reason) })
    expect(await outcome).toMatchObject({ stored: 2, own: { acknowledged: 0 }, reason })
    expect(outbox.left).toHaveLength(2)
  })
})
