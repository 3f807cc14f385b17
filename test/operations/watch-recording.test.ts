import { describe, expect, it } from 'vitest'
import { TidingsError } from '../../src/core/errors.js'
import type { RecordingItem } from '../../src/core/recording/recording-item.js'
import { type WatchRecordingOptions, watchRecording } from '../../src/operations/watch-recording.js'
import { mqttGrammar } from '../../src/transport/mqtt/channel-grammar.js'
import { FakeClock } from '../support/fake-clock.js'
import { textMessage } from '../support/memory-connection.js'

const item = (second: number, channel: string): RecordingItem => ({
  position: second * 1_000_000,
  message: textMessage(channel)
})

/** Watches for silence of 10 s, and for messages on the channel `expected`. */
function watch(
  items: Iterable<RecordingItem>,
  stop = new AbortController(),
  more: Partial<WatchRecordingOptions> = {}
) {
  return watchRecording({
    recording: {
      name: 'made.jsonl',
      open: async function* () {
        for (const each of items) yield [each]
      }
    },
    protocol: { grammar: mqttGrammar },
    wish: { patterns: ['#'], subscriptions: [{ pattern: '#', guarantee: 1 }] },
    rules: { maxSilence: 10_000_000, expected: ['expected'], known: [], maxChannels: 1000 },
    stopAtFirst: false,
    linesPerSecond: 50,
    clock: new FakeClock(),
    stop: stop.signal,
    tell: () => undefined,
    ...more
  })
}

describe('a watch of a recording', () => {
  it('that is stopped has not seen the rest: it is interrupted, and misses no channel', async () => {
    const stop = new AbortController()
    function* stopping() {
      yield item(1, 'a')
      stop.abort('SIGINT')
      yield item(2, 'a')
      yield item(3, 'expected')
    }
    expect(await watch(stopping(), stop)).toMatchObject({
      messages: 2,
      incidents: 0,
      failure: { kind: 'interrupted', details: { signal: 'SIGINT' } }
    })
  })

  it('that ends at its first incident ends when the silence has lasted too long, and not at the next message', async () => {
    const items = [item(1, 'a'), item(2, 'b'), item(500, 'a'), item(501, 'a')]
    const rules = { maxSilence: 10_000_000, expected: [], known: [], maxChannels: 10 }
    const { began, ended, ...seen } = await watch(items, undefined, { stopAtFirst: true, rules })
    expect(seen).toMatchObject({ messages: 2, incidents: 1, lasting: 1, first: [{ channel: 'a' }] })
    expect(Math.round((ended - began) / 1_000_000)).toBe(10)
  })

  it('that ends at its first incident steps over years in a moment', async () => {
    const year = 365 * 86_400
    const maxRate = { count: 100, window: 1_000_000 }
    const rules = { maxRate, maxSilence: 150 * year * 1_000_000, expected: [], known: [], maxChannels: 10 }
    const items = [item(1, 'a'), item(100 * year, 'a'), item(200 * year, 'a')]
    expect(await watch(items, undefined, { stopAtFirst: true, rules })).toMatchObject({
      messages: 3,
      incidents: 0
    })
  })

  it('that is stopped while it waits for the first message is interrupted, too', async () => {
    const stop = new AbortController()
    stop.abort('SIGTERM')
    expect(await watch([], stop)).toMatchObject({
      messages: 0,
      incidents: 0,
      failure: { kind: 'interrupted', details: { signal: 'SIGTERM' } }
    })
  })

  it('with a line that cannot be read tells what was seen before it', async () => {
    const broken = new TidingsError('bad-input', 'cannot read line 3', { code: 'bad-envelope' })
    const seen = await watch([item(1, 'a'), item(20, 'a'), { position: 20_000_000, broken }])
    expect(seen).toMatchObject({ messages: 2, incidents: 2, failure: broken })
  })

  it('whose first line cannot be read rejects with that', async () => {
    const broken = new TidingsError('bad-input', 'cannot read line 1', { code: 'bad-envelope' })
    await expect(watch([{ position: 0, broken }])).rejects.toBe(broken)
  })
})
