import { describe, expect, it } from 'vitest'
import type { Subscription } from '../../src/core/connection.js'
import {
  type BrowseAndFollowOptions,
  type BrowsedPatterns,
  browseAndFollow
} from '../../src/operations/browse-and-follow.js'
import { mqttGrammar } from '../../src/transport/mqtt/channel-grammar.js'
import { connectionOptions } from '../support/connection-options.js'
import { FakeClock } from '../support/fake-clock.js'
import { MemoryConnection, textMessage } from '../support/memory-connection.js'
import { memoryDocuments } from '../support/memory-documents.js'
import { observed } from '../support/observed.js'

const broker = { broker: connectionOptions('mqtt://memory') }
const recording = { recording: { name: 'r.jsonl', async *open() {} } }

function browsing(source: BrowseAndFollowOptions['source'], chosen: BrowsedPatterns) {
  // The view has a connection of its own.
  const connections = [new MemoryConnection(), new MemoryConnection()] as const
  let opened = 0
  const asked: (readonly Subscription[])[] = []
  const stop = new AbortController()
  const reader = new AbortController()
  const log: string[] = []
  const done = browseAndFollow({
    source,
    protocol: {
      grammar: mqttGrammar,
      describeServer: () => undefined,
      open: async () => {
        const connection = connections[opened === 0 ? 0 : 1]
        opened++
        const subscribe = connection.subscribe.bind(connection)
        connection.subscribe = (subscriptions, receive) => {
          asked.push(subscriptions)
          return subscribe(subscriptions, receive)
        }
        return connection
      }
    },
    patterns: [{ pattern: '#' }],
    catalogue: observed([]),
    clock: new FakeClock(),
    stop: stop.signal,
    rules: {},
    documents: memoryDocuments().files,
    files: { create: () => Promise.reject(), continue: () => Promise.reject() },
    tidings: '1',
    show: async () => {
      log.push('shown')
      return chosen
    },
    openOutput: () => {
      log.push('output opened')
      return {
        write: (batch) => void log.push(...batch.map(({ channel }) => `wrote ${channel}`)),
        readerGone: reader.signal,
        close: () => log.push('output closed')
      }
    },
    onSubscribed: (patterns, { url }) => log.push(`subscribed to ${patterns} at ${url}`)
  })
  return { connections, opened: () => opened, asked, stop, reader, log, done }
}

describe('channels that the user has chosen in the view', () => {
  it.each(['stop', 'reader'] as const)('are followed once it is left, until the end of: %s', async (end) => {
    const world = browsing(broker, ['a/#', 'b'])
    const { connections, asked, log, done } = world
    const [, following] = connections
    await following.whenSubscribed
    await following.receive([textMessage('b')])
    world[end].abort()
    await done
    expect(asked.at(-1)).toEqual([
      { pattern: 'a/#', guarantee: 1 },
      { pattern: 'b', guarantee: 1 }
    ])
    expect(log).toEqual([
      'shown',
      'output opened',
      'subscribed to a/#,b at mqtt://memory',
      'wrote b',
      'output closed'
    ])
    expect(connections.map(({ drains }) => drains.length)).toEqual([1, 1])
  })
})

describe('nothing is followed, and no output opened', () => {
  it.each([
    ['the user has chosen nothing', broker, undefined, 1],
    ['a recording was looked at', recording, ['a'], 0]
  ])('where %s', async (_where, source, chosen, count) => {
    const { opened, log, done } = browsing(source, chosen)
    await done
    expect(log).toEqual(['shown'])
    expect(opened()).toBe(count)
  })
})
