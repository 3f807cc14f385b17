import { expect, it } from 'vitest'
import type { Subscription } from '../../src/core/connection.js'
import { followChannels } from '../../src/operations/follow-channels.js'
import { mqttGrammar } from '../../src/transport/mqtt/channel-grammar.js'
import { connectionOptions } from '../support/connection-options.js'
import { FakeClock } from '../support/fake-clock.js'
import { MemoryConnection, textMessage } from '../support/memory-connection.js'

it('channels are followed with QoS 1 until a stop', async () => {
  const connection = new MemoryConnection()
  const subscribe = connection.subscribe.bind(connection)
  const asked: Subscription[] = []
  connection.subscribe = (subscriptions, receive) => {
    asked.push(...subscriptions)
    return subscribe(subscriptions, receive)
  }
  const stop = new AbortController()
  const written: string[] = []
  const granted: number[] = []
  const ended = followChannels({
    protocol: { open: async () => connection, grammar: mqttGrammar },
    options: connectionOptions('mqtt://memory'),
    patterns: ['a/#', 'b'],
    clock: new FakeClock(),
    stop: stop.signal,
    write: (batch) => void written.push(...batch.map(({ channel }) => channel)),
    onSubscribed: (grants) => granted.push(grants.length)
  })
  await connection.whenSubscribed
  await connection.receive([textMessage('b')])
  stop.abort()
  expect(await ended).toEqual({ received: 1, ended: 'stop' })
  expect(asked).toEqual([
    { pattern: 'a/#', guarantee: 1 },
    { pattern: 'b', guarantee: 1 }
  ])
  expect(granted).toEqual([2])
  expect(written).toEqual(['b'])
})
