import { describe, expect, it } from 'vitest'
import type { BrokerConnection, ConnectionOptions } from '../../src/core/connection.js'
import { openSubscriber, type SubscriberOptions } from '../../src/operations/open-subscriber.js'
import { mqttGrammar } from '../../src/transport/mqtt/channel-grammar.js'
import { connectionOptions } from '../support/connection-options.js'
import { FakeClock } from '../support/fake-clock.js'
import { MemoryConnection } from '../support/memory-connection.js'

const wish = { patterns: ['a/+'], subscriptions: [{ pattern: 'a/+', guarantee: 2 as const }] }

/** A subscriber for which the test decides when the connection is made. */
function subscriber(more: Partial<SubscriberOptions> = {}) {
  const clock = new FakeClock()
  const stop = new AbortController()
  let connect: (connection: BrokerConnection) => void = () => undefined
  let asked: ConnectionOptions | undefined
  const open = (options: ConnectionOptions) => {
    asked = options
    return new Promise<BrokerConnection>((resolve, reject) => {
      connect = resolve
      options.signal?.addEventListener('abort', () => reject(options.signal?.reason))
    })
  }
  const opened = openSubscriber({
    protocol: { open, grammar: mqttGrammar },
    options: connectionOptions('mqtt://memory'),
    wish,
    clock,
    stop: stop.signal,
    onSubscribed: () => undefined,
    ...more
  })
  return { clock, stop, opened, connect: (to: BrokerConnection) => connect(to), asked: () => asked }
}

describe('a subscriber that connects', () => {
  it('has the rest of its time once it is connected', async () => {
    const { clock, opened, connect } = subscriber({ timeout: 5000 })
    await clock.advance(2000)
    connect(new MemoryConnection())
    expect((await opened).timeout).toBe(3000)
  })

  it('gives up if its time runs out before there is a connection', async () => {
    const { clock, opened } = subscriber({ timeout: 5000 })
    const failure = opened.catch((error: unknown) => error)
    await clock.advance(5000)
    expect(await failure).toMatchObject({
      kind: 'connect',
      code: 'connect-timeout',
      details: { received: 0 }
    })
  })

  it('is not aborted by its time limit once it is connected', async () => {
    const { clock, opened, connect, asked } = subscriber({ timeout: 5000 })
    connect(new MemoryConnection())
    await opened
    await clock.advance(6000)
    expect(asked()?.signal?.aborted).toBe(false)
  })

  it('gives up when it is stopped', async () => {
    const { stop, opened } = subscriber()
    const failure = opened.catch((error: unknown) => error)
    stop.abort('SIGINT')
    expect(await failure).toBe('SIGINT')
  })

  it('asks for a session only if its wish names one', async () => {
    expect(subscriber({ wish: { ...wish, session: 'billing' } }).asked()?.session).toBe('billing')
    expect(subscriber().asked()).not.toHaveProperty('session')
  })
})

describe('a subscriber that is connected', () => {
  it('knows why the connection is down while it is down', async () => {
    const notices: string[] = []
    const options = connectionOptions('mqtt://memory', { onNotice: ({ kind }) => notices.push(kind) })
    const { opened, connect, asked } = subscriber({ options })
    connect(new MemoryConnection())
    const { outage } = await opened
    expect(outage?.()).toBeUndefined()
    asked()?.onNotice({ kind: 'reconnecting', text: 'lost: reset', reason: 'reset' })
    expect(outage?.()).toBe('reset')
    asked()?.onNotice({ kind: 'reconnected', text: 'back' })
    expect(outage?.()).toBeUndefined()
    expect(notices).toEqual(['reconnecting', 'reconnected'])
  })

  it('passes on the grants, and the broker', async () => {
    const told: unknown[] = []
    const { opened, connect } = subscriber({ onSubscribed: (...granted) => told.push(granted) })
    const connection = new MemoryConnection()
    connect(connection)
    const grants = [{ pattern: 'a/+', guarantee: 1 as const }]
    ;(await opened).onSubscribed(grants)
    expect(told).toEqual([[grants, connection.broker]])
  })
})
