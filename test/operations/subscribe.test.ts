import { describe, expect, it } from 'vitest'
import { TidingsError } from '../../src/core/errors.js'
import type { Message } from '../../src/core/message.js'
import { type SubscribeOptions, subscribe } from '../../src/operations/subscribe.js'
import { subscribeFailure } from '../../src/operations/subscribe-failure.js'
import { mqttGrammar } from '../../src/transport/mqtt/channel-grammar.js'
import { FakeClock, settle } from '../support/fake-clock.js'
import { MemoryConnection, textMessage } from '../support/memory-connection.js'
import { plainCondition } from '../support/plain-condition.js'

function subscription(options: Partial<SubscribeOptions> = {}) {
  const connection = new MemoryConnection()
  const clock = new FakeClock()
  const stop = new AbortController()
  const written: string[] = []
  const write = (batch: readonly Message[]) => {
    written.push(...batch.map(({ channel }) => channel))
  }
  const outcome = subscribe({
    connection,
    clock,
    patternRules: mqttGrammar,
    subscriptions: [{ pattern: '#', guarantee: 1 }],
    write,
    stop: stop.signal,
    onSubscribed: () => undefined,
    ...options
  })
  return { connection, clock, stop, written, outcome }
}

describe('a subscription', () => {
  it('ends after --count messages and takes no more of the batch than it wrote', async () => {
    const { connection, written, outcome } = subscription({ count: 2 })
    await connection.whenSubscribed
    const taken = await connection.receive([textMessage('a'), textMessage('b'), textMessage('c')])
    expect(await outcome).toMatchObject({ received: 2, ended: 'count' })
    expect(taken).toEqual({ done: 2, next: 'stop' })
    expect(written).toEqual(['a', 'b'])
    expect(await connection.receive([textMessage('d')])).toEqual({ done: 0, next: 'stop' })
  })

  it('lets others have a turn while a condition works long, and then takes the rest of the batch', async () => {
    const condition = plainCondition(({ channel }) => channel !== 'c', 30_000)
    const { connection, clock, written, outcome, stop } = subscription({ condition })
    await connection.whenSubscribed
    const names = ['a', 'b', 'c', 'd', 'e']
    const receipt = Promise.resolve(connection.receive(names.map((name) => textMessage(name))))
    await settle()
    expect(written).toEqual(['a', 'b'])
    await clock.advance(1)
    await clock.advance(1)
    expect(await receipt).toBeUndefined()
    expect(written).toEqual(['a', 'b', 'd', 'e'])
    stop.abort()
    expect(await outcome).toMatchObject({ received: 4, unmatched: 1 })
  })

  it('that is stopped while a condition works long takes what it has written, and no more', async () => {
    const condition = plainCondition(() => true, 60_000)
    const { connection, written, outcome, stop } = subscription({ condition })
    await connection.whenSubscribed
    const receipt = connection.receive([textMessage('a'), textMessage('b')])
    await settle()
    stop.abort()
    expect(await receipt).toEqual({ done: 1, next: 'stop' })
    expect(await outcome).toMatchObject({ received: 1, ended: 'stop' })
    expect(written).toEqual(['a'])
  })

  it('ends once everything that was there at its start has been written, if that is asked for', async () => {
    const { connection, written, outcome } = subscription({
      subscriptions: [
        { pattern: 'a', guarantee: 1, untilEnd: true },
        { pattern: 'b', guarantee: 1, untilEnd: true }
      ]
    })
    const ends: (() => void)[] = []
    const end = () => new Promise<void>((resolve) => ends.push(resolve))
    connection.grants = [
      { pattern: 'a', guarantee: 1, end: end() },
      { pattern: 'b', guarantee: 1, end: end() }
    ]
    await connection.whenSubscribed
    await connection.receive([textMessage('a')])
    ends[0]?.()
    await settle()
    await connection.receive([textMessage('b')])
    ends[1]?.()
    const done = await outcome
    expect(done).toMatchObject({ received: 2, ended: 'end' })
    expect(written).toEqual(['a', 'b'])
    expect(subscribeFailure(done, undefined, undefined)).toBeUndefined()
    expect(subscribeFailure({ received: 0, ended: 'end' }, undefined, undefined)).toBeUndefined()
  })

  it('of a queue and of a pattern that matches every channel is both', async () => {
    const { connection, outcome, stop } = subscription({
      patternRules: { separator: '.', hidden: '/' },
      subscriptions: [
        { pattern: '#', guarantee: 1 },
        { pattern: '/queues/orders', guarantee: 1 }
      ]
    })
    await connection.whenSubscribed
    stop.abort()
    await outcome
    expect(connection.subscriptions.map(({ pattern }) => pattern)).toEqual(['#', '/queues/orders'])
  })

  it.each([
    ['a pattern', undefined, ['order.paid']],
    ['a queue', true, []]
  ] as const)('of %s tells of a channel that nobody asked for', async (_what, isQueue, told) => {
    const unnamed: string[] = []
    const { connection, outcome } = subscription({
      subscriptions: [{ pattern: '/queues/orders', guarantee: 1 }],
      onUnnamed: (channel) => unnamed.push(channel),
      count: 1
    })
    connection.grants = [{ pattern: '/queues/orders', guarantee: 1, ...(isQueue && { isQueue }) }]
    await connection.whenSubscribed
    await connection.receive([textMessage('order.paid')])
    await outcome
    expect(unnamed).toEqual(told)
  })

  it('reports the grants before it writes messages that came with the answer', async () => {
    const connection = new MemoryConnection()
    const told: string[] = []
    connection.subscribe = async (subscriptions, receive) => {
      void receive([textMessage('retained')])
      return subscriptions.map(({ pattern, guarantee }) => ({ pattern, guarantee }))
    }
    const { outcome } = subscription({
      connection,
      count: 1,
      onSubscribed: () => told.push('granted'),
      write: () => {
        told.push('written')
      }
    })
    expect(await outcome).toMatchObject({ received: 1, ended: 'count' })
    expect(told).toEqual(['granted', 'written'])
  })

  it('takes the queued messages of a session, even if the answer stands behind them', async () => {
    const connection = new MemoryConnection()
    connection.subscribe = async (_, receive) => {
      await receive([textMessage('queued')])
      return [{ pattern: '#', guarantee: 1 }]
    }
    const { clock, written, stop, outcome } = subscription({ connection })
    await clock.advance(100)
    expect(written).toEqual(['queued'])
    stop.abort()
    await outcome
  })

  it('settles a batch only after it was written', async () => {
    let finish: () => void = () => undefined
    const slow = new Promise<void>((resolve) => {
      finish = resolve
    })
    const { connection, stop, outcome } = subscription({ write: () => slow })
    await connection.whenSubscribed
    let settled = false
    const receiving = Promise.resolve(connection.receive([textMessage('a')])).then(() => {
      settled = true
    })
    await settle()
    expect(settled).toBe(false)
    finish()
    await receiving
    stop.abort()
    await outcome
  })

  it('leaves out excluded channels, and retained or live messages if asked to', async () => {
    const retained = { ...textMessage('kept'), guarantee: 1 as const, mqtt: { retain: true } }
    const only = subscription({ retained: 'only', exclude: ['x/#'] })
    await only.connection.whenSubscribed
    expect(
      await only.connection.receive([textMessage('live'), retained, { ...retained, channel: 'x/y' }])
    ).toBeUndefined()
    expect(only.written).toEqual(['kept'])
    const skip = subscription({ retained: 'skip' })
    await skip.connection.whenSubscribed
    await skip.connection.receive([textMessage('live'), retained])
    expect(skip.written).toEqual(['live'])
    only.stop.abort()
    skip.stop.abort()
    await Promise.all([only.outcome, skip.outcome])
  })

  it('ends when the time is up', async () => {
    const { clock, outcome } = subscription({ timeout: 5000 })
    await clock.advance(5000)
    expect(await outcome).toEqual({ received: 0, ended: 'timeout', elapsed: 5_000_000 })
  })

  it('ends when no message came for the idle time, counted from the last message', async () => {
    const { connection, clock, outcome } = subscription({ idle: 1000 })
    await clock.advance(900)
    await connection.receive([textMessage('a')])
    await clock.advance(900)
    await connection.receive([textMessage('b')])
    await clock.advance(1000)
    expect(await outcome).toMatchObject({ received: 2, ended: 'idle' })
  })

  it('does not count the time of a slow reader as idle', async () => {
    let finish: () => void = () => undefined
    const slow = new Promise<void>((resolve) => {
      finish = resolve
    })
    const { connection, clock, outcome } = subscription({ idle: 1000, write: () => slow })
    await connection.whenSubscribed
    await settle()
    const taken = connection.receive([textMessage('a')])
    await clock.advance(10_000)
    expect(connection.drains).toEqual([])
    finish()
    await taken
    await clock.advance(999)
    expect(connection.drains).toEqual([])
    await clock.advance(1)
    expect(await outcome).toMatchObject({ received: 1, ended: 'idle' })
  })

  it('is refused even if a session had queued enough messages before the answer', async () => {
    const connection = new MemoryConnection()
    connection.subscribe = async (_, receive) => {
      await receive([textMessage('queued')])
      return [{ pattern: 'secret', guarantee: undefined, reason: 'not authorized' }]
    }
    const { clock, written, outcome } = subscription({ connection, count: 1 })
    outcome.catch(() => undefined)
    await clock.advance(100)
    await expect(outcome).rejects.toMatchObject({ kind: 'refused' })
    expect(written).toEqual(['queued'])
  })

  it('fails with the error of writing, even if the time runs out before the connection has ended', async () => {
    const { connection, clock, outcome } = subscription({
      timeout: 1000,
      write: () => {
        throw new TidingsError('output', 'cannot write', { code: 'disk-full' })
      }
    })
    outcome.catch(() => undefined)
    await connection.whenSubscribed
    await settle()
    expect(() => connection.receive([textMessage('a')])).toThrow('cannot write')
    await clock.advance(1000)
    await expect(outcome).rejects.toMatchObject({ code: 'disk-full' })
  })

  it('counts and acknowledges a message that was being written when the time ran out', async () => {
    let finish: () => void = () => undefined
    const slow = new Promise<void>((resolve) => {
      finish = resolve
    })
    const { connection, clock, outcome } = subscription({ timeout: 1000, write: () => slow })
    await connection.whenSubscribed
    await settle()
    const taken = Promise.resolve(connection.receive([textMessage('a')]))
    connection.close = async (drain) => {
      expect(drain).toBeGreaterThan(0)
      finish()
      await taken
    }
    await clock.advance(1000)
    expect(await outcome).toMatchObject({ received: 1, ended: 'timeout' })
    expect(await taken).toBeUndefined()
  })

  it.each([
    ['never ends', () => new Promise<void>(() => undefined)],
    ['fails', () => Promise.reject(new TidingsError('refused', 'no', { code: 'no' }))]
  ])('closes the connection if the work before it %s', async (_, before) => {
    const { connection, clock, outcome } = subscription({ before, timeout: 1000 })
    outcome.catch(() => undefined)
    await clock.advance(1000)
    await outcome.catch(() => undefined)
    expect(connection.drains).toHaveLength(1)
  })

  it('asks for no pattern that another one covers, so that no message comes twice', async () => {
    const patterns = ['ov/a', 'ov/#', 'ov/+/b', 'ov/#', 'x', '$SYS/a']
    const connection = new MemoryConnection()
    const asked: string[] = []
    connection.subscribe = async (subscriptions) => {
      asked.push(...subscriptions.map(({ pattern }) => pattern))
      return subscriptions.map(({ pattern, guarantee }) => ({ pattern, guarantee }))
    }
    const { stop, outcome } = subscription({
      connection,
      subscriptions: patterns.map((pattern) => ({ pattern, guarantee: 1 }))
    })
    await settle()
    stop.abort()
    await outcome
    expect(asked).toEqual(['ov/#', 'x', '$SYS/a'])
  })

  it('fails if any pattern was denied', async () => {
    const connection = new MemoryConnection()
    connection.grants = [
      { pattern: 'a', guarantee: 1 },
      { pattern: 'secret', guarantee: undefined, reason: 'not authorized' }
    ]
    const { outcome } = subscription({ connection })
    await expect(outcome).rejects.toMatchObject({
      kind: 'refused',
      message: 'cannot subscribe to "secret": not authorized'
    })
    expect(connection.drains).toEqual([1000])
  })

  it('closes the connection if subscribing fails', async () => {
    const connection = new MemoryConnection()
    const refused = new TidingsError('refused', 'the broker has no groups', { code: 'groups-unsupported' })
    connection.subscribe = () => Promise.reject(refused)
    const { outcome } = subscription({ connection })
    await expect(outcome).rejects.toBe(refused)
    expect(connection.drains).toEqual([1000])
  })

  it('of no messages takes no message, and ends once it is granted', async () => {
    const connection = new MemoryConnection()
    let grant: () => void = () => undefined
    const granted = new Promise<void>((resolve) => {
      grant = resolve
    })
    let early: unknown
    connection.subscribe = async (subscriptions, receive) => {
      early = receive([textMessage('retained')])
      await granted
      return subscriptions.map(({ pattern, guarantee }) => ({ pattern, guarantee }))
    }
    const told: string[] = []
    const { outcome, written } = subscription({
      connection,
      count: 0,
      onSubscribed: () => told.push('granted')
    })
    await settle()
    expect(told).toEqual([])
    grant()
    expect(await outcome).toMatchObject({ received: 0, ended: 'count' })
    expect({ told, written, early: await early }).toEqual({
      told: ['granted'],
      written: [],
      early: { done: 0, next: 'stop' }
    })
  })

  it('does not wait for a broker that never answers', async () => {
    const silent = () => {
      const connection = new MemoryConnection()
      connection.subscribe = () => new Promise(() => undefined)
      return connection
    }
    const stopped = subscription({ connection: silent() })
    stopped.stop.abort()
    expect(await stopped.outcome).toMatchObject({ received: 0, ended: 'stop' })
    const timed = subscription({ connection: silent(), timeout: 5000 })
    await timed.clock.advance(5000)
    expect(await timed.outcome).toMatchObject({ received: 0, ended: 'timeout' })
    const connection = silent()
    const lost = new TidingsError('unfinished', 'the broker has moved', { code: 'server-moved' })
    const { outcome } = subscription({ connection })
    connection.end(lost)
    await expect(outcome).rejects.toBe(lost)
  })

  it('fails with the error that ended the connection', async () => {
    const { connection, outcome } = subscription()
    await connection.whenSubscribed
    const lost = new TidingsError('unfinished', 'session taken over', { code: 'session-taken-over' })
    connection.end(lost)
    await expect(outcome).rejects.toBe(lost)
  })
})

describe('the failure of a subscription', () => {
  const cases = [
    { ended: 'count', received: 3, count: 3, kind: undefined },
    { ended: 'timeout', received: 0, count: undefined, kind: 'nothing-received' },
    { ended: 'timeout', received: 0, count: 3, kind: 'nothing-received' },
    { ended: 'timeout', received: 2, count: 3, kind: 'too-few-received' },
    { ended: 'timeout', received: 2, count: undefined, kind: undefined },
    { ended: 'idle', received: 0, count: undefined, kind: 'nothing-received' },
    { ended: 'stop', received: 0, count: undefined, kind: undefined },
    { ended: 'stop', received: 1, count: 3, kind: 'interrupted' }
  ] as const
  it.each(cases)('$ended after $received of $count: $kind', ({ ended, received, count, kind }) => {
    expect(subscribeFailure({ ended, received }, count, 'SIGINT')?.kind).toBe(kind)
  })
})
