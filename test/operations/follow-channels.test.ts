import { describe, expect, it } from 'vitest'
import type { TidingsError } from '../../src/core/errors.js'
import { type FollowOptions, followChannels } from '../../src/operations/follow-channels.js'
import { mqttGrammar } from '../../src/transport/mqtt/channel-grammar.js'
import { connectionOptions } from '../support/connection-options.js'
import { FakeClock } from '../support/fake-clock.js'
import { MemoryConnection, textMessage } from '../support/memory-connection.js'

function following(more: Partial<FollowOptions> = {}) {
  const connection = new MemoryConnection()
  const clock = new FakeClock()
  const stop = new AbortController()
  const reader = new AbortController()
  const written: string[] = []
  const ended = followChannels({
    protocol: { open: async () => connection, grammar: mqttGrammar },
    options: connectionOptions('mqtt://memory'),
    wish: {
      patterns: ['a/#', 'b'],
      subscriptions: ['a/#', 'b'].map((pattern) => ({ pattern, guarantee: 1 }))
    },
    clock,
    stop: stop.signal,
    readerGone: reader.signal,
    write: (batch) => void written.push(...batch.map(({ channel }) => channel)),
    onSubscribed: () => undefined,
    ...more
  })
  return { connection, clock, stop, reader, written, ended }
}

describe('channels are followed', () => {
  it('until that is stopped, and what comes is written', async () => {
    const granted: string[] = []
    const { connection, stop, written, ended } = following({
      onSubscribed: (grants, { url }) => granted.push(url, ...grants.map(({ pattern }) => pattern))
    })
    await connection.whenSubscribed
    await connection.receive([textMessage('b')])
    stop.abort()
    expect(await ended).toMatchObject({ received: 1, ended: 'stop' })
    expect(granted).toEqual(['mqtt://memory', 'a/#', 'b'])
    expect(written).toEqual(['b'])
  })

  it('until nobody reads any more', async () => {
    const { connection, reader, ended } = following()
    await connection.whenSubscribed
    reader.abort()
    expect(await ended).toMatchObject({ ended: 'stop' })
    expect(connection.drains).toHaveLength(1)
  })

  it('until as many messages have come as were asked for', async () => {
    const { connection, written, ended } = following({ count: 2 })
    await connection.whenSubscribed
    await connection.receive(['a/1', 'a/2', 'a/3'].map((channel) => textMessage(channel)))
    expect(await ended).toMatchObject({ received: 2, ended: 'count' })
    expect(written).toEqual(['a/1', 'a/2'])
  })

  it('until nothing has come for a while', async () => {
    const { connection, clock, ended } = following({ idle: 500 })
    await connection.whenSubscribed
    await clock.advance(500)
    expect(await ended).toMatchObject({ received: 0, ended: 'idle' })
  })
})

it('a reader that has gone before there is a connection is no failure to connect', async () => {
  let connect: (connection: MemoryConnection) => void = () => undefined
  const { reader, ended } = following({
    protocol: {
      grammar: mqttGrammar,
      open: ({ signal }) =>
        new Promise((resolve, reject: (error: TidingsError) => void) => {
          connect = resolve
          signal?.addEventListener('abort', () => reject(signal.reason))
        })
    }
  })
  reader.abort()
  connect(new MemoryConnection())
  expect(await ended).toMatchObject({ received: 0, ended: 'stop' })
})
