import { describe, expect, it } from 'vitest'
import type { Subscription } from '../../src/core/connection.js'
import { TidingsError } from '../../src/core/errors.js'
import type { Message } from '../../src/core/message.js'
import { browseSource, type SourceView } from '../../src/operations/browse-source.js'
import { mqttGrammar } from '../../src/transport/mqtt/channel-grammar.js'
import { connectionOptions } from '../support/connection-options.js'
import { FakeClock, settle } from '../support/fake-clock.js'
import { MemoryConnection } from '../support/memory-connection.js'
import { memoryDocuments } from '../support/memory-documents.js'
import { messageOn, observed } from '../support/observed.js'

const retained = (channel: string, payload: string): Message => ({
  ...messageOn(channel, payload),
  mqtt: { retain: true }
})

type Stream = NonNullable<SourceView['actions']['stream']>

interface World {
  readonly stream: Stream
  readonly view: SourceView
  readonly log: string[]
  /** The connection that observes, and another one if it is opened. */
  readonly connections: readonly [MemoryConnection, MemoryConnection]
  readonly asked: (readonly Subscription[])[]
  readonly clientIds: (string | undefined)[]
  readonly back: AbortController
  readonly reader: AbortController
  readonly stop: AbortController
  failing: TidingsError | undefined
}

/** Shows the channels that `a/#` matches, and does what a user does. */
async function browsing(look: (world: World) => Promise<void>, patterns = ['a/#']): Promise<World> {
  const connections = [new MemoryConnection(), new MemoryConnection()] as const
  const asked: (readonly Subscription[])[] = []
  const clientIds: (string | undefined)[] = []
  const log: string[] = []
  const reader = new AbortController()
  const stop = new AbortController()
  let world: World | undefined
  await browseSource({
    source: { broker: connectionOptions('mqtt://memory', { clientId: 'mine' }) },
    protocol: {
      grammar: mqttGrammar,
      describeServer: () => undefined,
      open: async ({ clientId }) => {
        const connection = connections[clientIds.length === 0 ? 0 : 1]
        clientIds.push(clientId)
        const subscribe = connection.subscribe.bind(connection)
        connection.subscribe = (subscriptions, receive) => {
          asked.push(subscriptions)
          return subscribe(subscriptions, receive)
        }
        return connection
      }
    },
    patterns: patterns.map((pattern) => ({ pattern })),
    catalogue: observed([]),
    clock: new FakeClock(),
    stop: stop.signal,
    rules: {},
    documents: memoryDocuments().files,
    files: {
      create: () => Promise.reject(),
      continue: () => Promise.reject(),
      discard: () => undefined
    },
    tidings: '1',
    openOutput: () => {
      log.push('opened')
      return {
        write: (batch) => {
          if (world?.failing) throw world.failing
          log.push(...batch.map(({ channel, payload }) => `${channel} ${Buffer.from(payload ?? '')}`))
        },
        readerGone: reader.signal,
        close: () => log.push('closed')
      }
    },
    onStreaming: (pattern, { url }) => log.push(`${pattern} at ${url}`),
    show: async (view) => {
      const { stream } = view.actions
      if (!stream) throw new Error('a broker can be streamed from')
      await connections[0].whenSubscribed
      await settle()
      world = {
        stream,
        view,
        log,
        connections,
        asked,
        clientIds,
        back: new AbortController(),
        reader,
        stop,
        failing: undefined
      }
      await look(world)
    }
  })
  if (!world) throw new Error('nothing was shown')
  return world
}

describe('channels that are streamed while they are observed', () => {
  it('are those that match, first the retained messages that were seen, over the same connection', async () => {
    const { log, clientIds } = await browsing(async ({ stream, connections: [connection], back }) => {
      await connection.receive([
        retained('a/x', 'kept'),
        retained('a/y/z', 'too deep'),
        messageOn('a/w', 'live')
      ])
      const streaming = stream('a/+', back.signal)
      await connection.receive([messageOn('a/x', 'now'), messageOn('a/y/z', 'other')])
      back.abort()
      await streaming
      await connection.receive([messageOn('a/x', 'later')])
    })
    expect(log).toEqual(['opened', 'a/+ at mqtt://memory', 'a/x kept', 'a/x now', 'closed'])
    expect(clientIds).toHaveLength(1)
  })

  it('go on filling the catalogue', async () => {
    await browsing(async ({ stream, view, connections: [connection], back }) => {
      const streaming = stream('a/x', back.signal)
      await connection.receive([messageOn('a/x', '1'), messageOn('a/y', '2')])
      back.abort()
      await streaming
      const { undocumented } = await view.exportCatalogue('a.yaml')
      expect(undocumented.map(({ address }) => address)).toEqual(['a/x', 'a/y'])
    })
  })

  it('end when nobody reads them any more', async () => {
    const { log } = await browsing(async ({ stream, reader, back }) => {
      const streaming = stream('a/x', back.signal)
      reader.abort()
      await streaming
    })
    expect(log.at(-1)).toBe('closed')
  })

  it.each(['the retained ones', 'those that come'])('end with the error of a write: %s', async (which) => {
    const failure = new TidingsError('output', 'cannot write', { code: 'output-failed' })
    await browsing(async (world) => {
      const [connection] = world.connections
      if (which === 'the retained ones') await connection.receive([retained('a/x', '1')])
      world.failing = failure
      const failed = expect(world.stream('a/x', world.back.signal)).rejects.toBe(failure)
      if (which === 'those that come') await connection.receive([messageOn('a/x', '2')])
      await failed
      world.failing = undefined
      await connection.receive([messageOn('a/x', '3')])
      expect(world.log).not.toContain('a/x 3')
    })
  })

  it('end when the connection does, which is said', async () => {
    const lost = new TidingsError('unfinished', 'connection lost', { code: 'connection-lost' })
    const done = browsing(async ({ stream, connections: [connection], back }) => {
      const failed = expect(stream('a/x', back.signal)).rejects.toThrow('nothing can be streamed any more')
      connection.end(lost)
      await failed
    })
    await expect(done).rejects.toBe(lost)
  })
})

describe('channels that are streamed and not observed', () => {
  it('are asked for over a connection of its own, with another client identifier', async () => {
    const { log, asked, clientIds, connections } = await browsing(
      async ({ stream, connections: [, own], back }) => {
        const streaming = stream('b/#', back.signal)
        await own.whenSubscribed
        await settle()
        await own.receive([messageOn('b/x', 'hello')])
        back.abort()
        await streaming
      }
    )
    expect(log).toEqual(['opened', 'b/# at mqtt://memory', 'b/x hello', 'closed'])
    expect(asked[1]).toEqual([{ pattern: 'b/#', guarantee: 1 }])
    expect(clientIds).toEqual(['mine', undefined])
    expect(connections[1].drains).toHaveLength(1)
  })

  it('are refused with the reason, and the others are observed on', async () => {
    await browsing(async ({ stream, connections: [first, own], back, log }) => {
      own.grants = [{ pattern: 'b', guarantee: undefined, reason: 'not authorized' }]
      await expect(stream('b', back.signal)).rejects.toMatchObject({ code: 'subscribe-refused' })
      const streaming = stream('a/x', back.signal)
      await first.receive([messageOn('a/x', 'on')])
      back.abort()
      await streaming
      expect(log).toContain('a/x on')
    })
  })

  it('end when everything is stopped', async () => {
    await browsing(async ({ stream, connections: [, own], back, stop }) => {
      const streaming = stream('b', back.signal)
      await own.whenSubscribed
      stop.abort('SIGTERM')
      await streaming
    })
  })
})
