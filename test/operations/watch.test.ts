import { describe, expect, it } from 'vitest'
import type { ConnectionOptions, Grant } from '../../src/core/connection.js'
import { TidingsError } from '../../src/core/errors.js'
import { parseValueSource } from '../../src/core/watching/value-source.js'
import type { Told } from '../../src/core/watching/watch-outcome.js'
import type { WatchRules } from '../../src/core/watching/watch-rules.js'
import { type WatchOptions, watchChannels } from '../../src/operations/watch.js'
import { mqttGrammar } from '../../src/transport/mqtt/channel-grammar.js'
import { connectionOptions } from '../support/connection-options.js'
import { FakeClock, settle } from '../support/fake-clock.js'
import { MemoryConnection, textMessage } from '../support/memory-connection.js'

const SECOND = 1_000_000

async function watching(
  rules: Partial<WatchRules>,
  more: Partial<WatchOptions> = {},
  grants?: readonly Grant[],
  begun?: () => Promise<void>
) {
  const connection = new MemoryConnection()
  connection.grants = grants
  const clock = new FakeClock()
  const stop = new AbortController()
  const told: string[] = []
  let options: ConnectionOptions | undefined
  const ended = watchChannels({
    protocol: {
      open: async (given) => {
        options = given
        return connection
      },
      grammar: mqttGrammar
    },
    options: connectionOptions('mqtt://memory'),
    wish: { patterns: ['#'], subscriptions: [{ pattern: '#', guarantee: 1 }] },
    rules: { expected: [], known: [], maxChannels: 1000, ...rules },
    stopAtFirst: false,
    linesPerSecond: 50,
    clock,
    stop: stop.signal,
    readerGone: new AbortController().signal,
    tell: ({ events, leftOut }: Told) => {
      for (const { incident, phase } of events)
        told.push(`${phase} ${incident.facts.kind} ${incident.channel ?? '*'}`)
      for (const [kind, { began, ended }] of leftOut ?? []) told.push(`left out ${kind} ${began} ${ended}`)
    },
    onSubscribed: () => undefined,
    ...more
  })
  ended.catch(() => undefined)
  await (begun?.() ?? connection.whenSubscribed)
  await settle()
  const receive = (...channels: string[]) =>
    connection.receive(channels.map((channel) => textMessage(channel)))
  const notice = (kind: 'reconnecting' | 'reconnected', text: string = kind, isKept = false) =>
    options?.onNotice({ kind, text, isKept })
  return { connection, clock, stop, told, ended, receive, notice }
}

const silence = { maxSilence: 10 * SECOND }

describe('a watch', () => {
  it('tells of silence when the limit has passed, and of its end at the next message', async () => {
    const { clock, stop, told, ended, receive } = await watching(silence)
    await receive('a')
    await clock.advance(9999)
    expect(told).toEqual([])
    await clock.advance(3)
    expect(told).toEqual(['began silence a'])
    await receive('a')
    expect(told).toEqual(['began silence a', 'ended silence a'])
    stop.abort()
    const { failure, ...seen } = await ended
    expect(seen).toMatchObject({ messages: 2, incidents: 1, lasting: 0, channels: [{ channel: 'a' }] })
    expect(failure).toMatchObject({ kind: 'wrong-messages', message: 'found 1 incident' })
  })

  it('lasts as long as was asked for, however long connecting and the grant have taken', async () => {
    const connection = new MemoryConnection()
    const clock = new FakeClock()
    const SLOW = 20 * SECOND
    const subscribe = connection.subscribe.bind(connection)
    connection.subscribe = async (...asked) => {
      await clock.sleepUntil(clock.monotonic() + SLOW)
      return subscribe(...asked)
    }
    const open = async () => {
      await clock.sleepUntil(clock.monotonic() + SLOW)
      return connection
    }
    const { ended } = await watching(
      silence,
      { clock, duration: 30_000, protocol: { open, grammar: mqttGrammar } },
      undefined,
      async () => clock.advance(40_000)
    )
    let isOver = false
    void ended.then(() => {
      isOver = true
    })
    await clock.advance(29_999)
    expect(isOver).toBe(false)
    await clock.advance(1)
    expect(isOver).toBe(true)
    expect((await ended).failure).toMatchObject({ kind: 'nothing-received' })
  })

  it('ends in time, too, where the broker never grants it', async () => {
    const connection = new MemoryConnection()
    const clock = new FakeClock()
    connection.subscribe = () => new Promise(() => undefined)
    const protocol = { open: async () => connection, grammar: mqttGrammar }
    const { ended } = await watching(silence, { clock, duration: 30_000, protocol }, undefined, settle)
    await clock.advance(30_000)
    expect((await ended).failure).toMatchObject({ kind: 'nothing-received' })
  })

  it('that finds nothing does not fail, also where it is stopped before a message came', async () => {
    const { stop, ended } = await watching(silence)
    stop.abort()
    expect(await ended).toMatchObject({ messages: 0, incidents: 0, failure: undefined })
  })

  it('that ends without a message fails, unless one was expected: then that is what is wrong', async () => {
    const nothing = await watching(silence, { timeout: 1000 })
    await nothing.clock.advance(1000)
    expect((await nothing.ended).failure).toMatchObject({ kind: 'nothing-received' })
    const expected = await watching({ expected: ['a'] }, { timeout: 1000 })
    await expected.clock.advance(1000)
    expect((await expected.ended).failure).toMatchObject({ kind: 'wrong-messages' })
    expect(expected.told).toEqual(['began silence a'])
  })

  it('ends at the first incident, if that is wanted, and takes nothing after it', async () => {
    const { told, ended, receive } = await watching(
      { maxRate: { count: 1, window: SECOND } },
      { stopAtFirst: true }
    )
    await receive('a', 'a', 'b', 'b')
    const { failure, ...seen } = await ended
    expect(seen).toMatchObject({ messages: 2, incidents: 1, lasting: 1 })
    expect(failure).toMatchObject({ message: 'found 1 incident, not over yet' })
    expect(told).toEqual(['began high-rate a'])
  })

  it('tells of an outage, and of no silence during it', async () => {
    const { clock, stop, told, ended, receive, notice } = await watching(silence)
    await receive('a')
    notice('reconnecting', 'reconnecting')
    await clock.advance(60_000)
    notice('reconnected')
    await clock.advance(9000)
    expect(told).toEqual(['began outage *', 'ended outage *'])
    await clock.advance(2000)
    expect(told.slice(2)).toEqual(['began silence a'])
    stop.abort()
    expect(await ended).toMatchObject({ incidents: 2, failure: { kind: 'wrong-messages' } })
  })

  it.each([
    [1, true],
    [0, false]
  ] as const)(
    'with guarantee %i knows that what the broker has kept is not missing: %s',
    async (guarantee, isKept) => {
      const wish = { patterns: ['#'], subscriptions: [{ pattern: '#', guarantee }], session: 's' }
      const { stop, ended, notice } = await watching(silence, { wish })
      notice('reconnecting')
      notice('reconnected', 'again', true)
      stop.abort()
      expect((await ended).first).toMatchObject([{ facts: { kind: 'outage' }, isKept }])
    }
  )

  it('whose connection is down at the end is unfinished, whatever it has found', async () => {
    const { clock, ended, receive, notice } = await watching(silence, { timeout: 60_000 })
    await receive('a')
    await clock.advance(20_000)
    notice('reconnecting')
    await clock.advance(40_000)
    expect((await ended).failure).toMatchObject({ kind: 'unfinished', code: 'connection-lost' })
  })

  it.each(['stop', 'readerGone'] as const)(
    'that %s ends while the connection is down is unfinished, too',
    async (name) => {
      const end = new AbortController()
      const { ended, receive, notice } = await watching(silence, { [name]: end.signal })
      await receive('a')
      notice('reconnecting', 'refused')
      end.abort()
      expect((await ended).failure).toMatchObject({
        kind: 'unfinished',
        code: 'connection-lost',
        message: 'received 1 message: the watch was ended while the connection was down: refused'
      })
    }
  )

  it('that ends at its first incident has found that, also where it is an outage', async () => {
    const { ended, notice } = await watching(silence, { stopAtFirst: true })
    notice('reconnecting', 'refused')
    expect((await ended).failure).toMatchObject({ kind: 'wrong-messages' })
  })

  it('whose connection ends for good tells what it has seen', async () => {
    const { connection, ended, receive } = await watching(silence)
    await receive('a')
    connection.end(new TidingsError('unfinished', 'lost', { code: 'connection-lost' }))
    expect(await ended).toMatchObject({ messages: 1, failure: { kind: 'unfinished' } })
  })

  it('that the broker refuses rejects', async () => {
    const { ended } = await watching(silence, {}, [
      { pattern: '#', guarantee: undefined, reason: 'not authorized' }
    ])
    expect(await ended.catch((error) => error)).toMatchObject({ kind: 'refused' })
  })

  it('of a process that stood still takes what arrived meanwhile first', async () => {
    const { clock, stop, told, ended, receive } = await watching(silence)
    await receive('a')
    clock.jump(60_000)
    await settle()
    await receive('a')
    await clock.advance(9000)
    expect(told).toEqual([])
    stop.abort()
    expect(await ended).toMatchObject({ incidents: 0 })
  })

  it('counts no silence of messages that a slow reader of its own output holds back', async () => {
    let taken: () => void = () => undefined
    const rules = { ...silence, maxRate: { count: 1, window: SECOND } }
    const { clock, stop, told, ended, receive } = await watching(rules, {
      tell: ({ events }) => {
        told.push(...events.map(({ incident }) => incident.facts.kind))
        return told.length > 1
          ? undefined
          : new Promise((resolve) => {
              taken = resolve
            })
      }
    })
    await receive('b')
    const receiving = receive('a', 'a')
    await clock.advance(60_000)
    expect(told).toEqual(['high-rate'])
    taken()
    await receiving
    await clock.advance(9000)
    expect(told.filter((kind) => kind === 'silence')).toEqual([])
    stop.abort()
    await ended
  })

  it('tells many incidents of a second in one line, and counts them all', async () => {
    const { clock, stop, told, ended, receive } = await watching(silence, { linesPerSecond: 3 })
    await receive(...Array.from({ length: 500 }, (_, at) => `device/${at}`))
    await clock.advance(10_001)
    expect(told).toHaveLength(3)
    await clock.advance(1000)
    expect(told.slice(3)).toEqual(['left out silence 497 0'])
    stop.abort()
    expect(await ended).toMatchObject({ incidents: 500, lasting: 500 })
  })

  it('tells at the end what has not come of a gap that is partly filled', async () => {
    const number = parseValueSource('', '--sequence')
    const rules = { sequence: { number, by: undefined, countsRedelivered: false } }
    const { connection, stop, told, ended } = await watching(rules)
    for (const n of [30, 35, 33, 40]) await connection.receive([textMessage('a', String(n))])
    stop.abort()
    const { first } = await ended
    expect(told).toEqual(['began gap a', 'moment out-of-order a', 'began gap a', 'lasting gap a'])
    expect(first[0]?.missing).toMatchObject({
      count: 3n,
      ranges: [
        { from: 31n, to: 32n },
        { from: 34n, to: 34n }
      ]
    })
  })

  it('ends with the failure of its output', async () => {
    const full = new TidingsError('output', 'cannot write to stdout: the disk is full', { code: 'disk-full' })
    const { clock, ended, receive } = await watching(silence, {
      tell: () => Promise.reject(full)
    })
    await receive('a')
    await clock.advance(11_000)
    expect((await ended).failure).toBe(full)
  })
})

describe('history', () => {
  const wish = {
    patterns: ['#'],
    subscriptions: [{ pattern: '#', guarantee: 1, from: 'beginning', untilEnd: true } as const]
  }
  /** Messages that were published in these seconds, and are read at once. */
  const published = (...seconds: readonly number[]) =>
    seconds.map((second) => ({ ...textMessage('a'), sourceTime: second * SECOND }))
  // The clock of the tests begins in 1970, and history is from before.
  const now = () => 1_800_000_000 * SECOND
  const clock = Object.assign(new FakeClock(), { now })
  const from = 1_799_000_000

  function watchingHistory(rules: Partial<WatchRules>, more: Partial<WatchOptions> = {}) {
    let atEnd: () => void = () => undefined
    const end = new Promise<void>((resolve) => {
      atEnd = resolve
    })
    const grants = [{ pattern: '#', guarantee: 1, end } as const]
    return watching(rules, { wish, clock, ...more }, grants).then((world) => ({ ...world, atEnd }))
  }

  it('that is read at once is judged by the times of its messages', async () => {
    const rules = { maxRate: { count: 3, window: SECOND }, ...silence }
    const { connection, told, ended, atEnd } = await watchingHistory(rules)
    connection.receive(published(...[0, 1, 2, 3, 4, 5, 6, 7, 8].map((second) => from + second)))
    await settle()
    expect(told).toEqual([])
    connection.receive(published(from + 30, from + 31, from + 31, from + 31, from + 31, from + 40))
    await settle()
    expect(told).toEqual(['began silence a', 'ended silence a', 'began high-rate a', 'ended high-rate a'])
    atEnd()
    expect(await ended).toMatchObject({
      began: from * SECOND,
      ended: (from + 40) * SECOND,
      messages: 15,
      incidents: 2
    })
  })

  it('that is empty has no rates and no silence, but what was expected is missing', async () => {
    const { ended, atEnd } = await watchingHistory({ ...silence, expected: ['a'] })
    atEnd()
    expect(await ended).toMatchObject({ messages: 0, incidents: 1, failure: { code: 'incidents' } })
  })

  it('ends at its first incident where that is wanted', async () => {
    const { connection, ended, told } = await watchingHistory(silence, { stopAtFirst: true })
    connection.receive(published(from, from + 20, from + 60))
    expect(await ended).toMatchObject({ messages: 2, incidents: 1, ended: (from + 20) * SECOND })
    expect(told).toEqual(['began silence a', 'ended silence a'])
  })

  it('fails where what happens cannot be told', async () => {
    const tell = () => Promise.reject(new Error('no room'))
    const { connection, ended } = await watchingHistory(silence, { tell })
    connection.receive(published(from, from + 20))
    await expect(ended).rejects.toThrow('no room')
  })
})
