import { describe, expect, it } from 'vitest'
import type { ConnectionOptions } from '../../src/core/connection.js'
import type { ReadableRecording } from '../../src/core/recording/readable-recording.js'
import { type ObserveSourceOptions, observeSource } from '../../src/operations/observe-source.js'
import { mqttGrammar } from '../../src/transport/mqtt/channel-grammar.js'
import { connectionOptions } from '../support/connection-options.js'
import { FakeClock } from '../support/fake-clock.js'
import { MemoryConnection } from '../support/memory-connection.js'
import { messageOn, observed } from '../support/observed.js'

const broker = connectionOptions('mqtt://memory')

/** Two messages, recorded 7 and 9 seconds after 1970-01-01 UTC. */
const recording: ReadableRecording = {
  name: 'a.jsonl',
  async *open(onHeader) {
    onHeader({ started: 0, broker: 'mqtt://plant', patterns: ['#'], tidings: '1' })
    yield [{ position: 7_000_000, message: messageOn('a/x', '1') }]
    yield [{ position: 9_000_000, message: messageOn('b', '2') }]
  }
}

function observing(source: ObserveSourceOptions['source'], more: Partial<ObserveSourceOptions> = {}) {
  const clock = new FakeClock()
  const connection = new MemoryConnection({ server: { host: 'memory', protocol: 'mqtt' } })
  const stop = new AbortController()
  const catalogue = observed([])
  let asked: ConnectionOptions | undefined
  const outcome = observeSource({
    source,
    protocol: {
      grammar: mqttGrammar,
      describeServer: (url) => ({ host: url, protocol: 'mqtt' }),
      open: async (options) => {
        asked = options
        return connection
      }
    },
    patterns: [{ pattern: '#' }],
    catalogue,
    clock,
    stop: stop.signal,
    onSubscribed: () => undefined,
    ...more
  })
  return { clock, connection, catalogue, outcome, asked: () => asked }
}

describe('a broker', () => {
  it('is observed until the time is up, and describes itself', async () => {
    const { clock, connection, catalogue, outcome, asked } = observing({ broker }, { timeout: 5000 })
    await connection.whenSubscribed
    await connection.receive([messageOn('a', '1')])
    await clock.advance(5000)
    expect(await outcome).toEqual({ until: clock.now(), server: { host: 'memory', protocol: 'mqtt' } })
    expect(catalogue.get('a')?.count).toBe(1)
    expect(asked()).toBe(broker)
  })

  it('is named once it has granted the patterns', async () => {
    const granted: string[] = []
    const onSubscribed: ObserveSourceOptions['onSubscribed'] = ({ url }) => granted.push(url)
    const { connection, outcome } = observing({ broker }, { count: 1, onSubscribed })
    await connection.whenSubscribed
    await connection.receive([messageOn('a', '1')])
    await outcome
    expect(granted).toEqual(['mqtt://memory'])
  })
})

describe('a recording', () => {
  it('is observed to its end, which is the time of its last message; its header names the server', async () => {
    const { catalogue, outcome, asked } = observing({ recording })
    expect(await outcome).toMatchObject({
      until: 9_000_000,
      server: { host: 'mqtt://plant', protocol: 'mqtt' }
    })
    expect(catalogue.channels.map(({ name }) => name).sort()).toEqual(['a/x', 'b'])
    expect(asked()).toBeUndefined()
  })

  it.each([
    ['the patterns match', { patterns: [{ pattern: 'b' }] }, ['b']],
    ['were asked for', { count: 1 }, ['a/x']]
  ])('gives only as many messages as %s', async (_, more, names) => {
    const { catalogue, outcome } = observing({ recording }, more)
    await outcome
    expect(catalogue.channels.map(({ name }) => name)).toEqual(names)
  })
})
