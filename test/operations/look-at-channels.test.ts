import { describe, expect, it } from 'vitest'
import type { LookWish, Subscription } from '../../src/core/connection.js'
import { TidingsError } from '../../src/core/errors.js'
import { canLook, lookAtChannels } from '../../src/operations/look-at-channels.js'
import { observeChannels } from '../../src/operations/observe-channels.js'
import { mqttGrammar } from '../../src/transport/mqtt/channel-grammar.js'
import { FakeClock } from '../support/fake-clock.js'
import { MemoryConnection } from '../support/memory-connection.js'
import { messageOn, observed } from '../support/observed.js'
import { plainCondition } from '../support/plain-condition.js'

/** A broker that keeps a message on `a`, and nothing on `b`. */
class KeepingConnection extends MemoryConnection {
  wishes: LookWish[] = []
  looking: (wish: LookWish) => Promise<TidingsError | undefined> = async ({ onListed, take }) => {
    onListed([
      { name: 'a', partitions: 1, stored: 7 },
      { name: 'b', partitions: 2, stored: 0 }
    ])
    await take([messageOn('a', '1', { sourceTime: 5 })])
    return undefined
  }

  async look(wish: LookWish): Promise<TidingsError | undefined> {
    this.wishes.push(wish)
    return this.looking(wish)
  }
}

function looker(connection: KeepingConnection) {
  const catalogue = observed([])
  const stop = new AbortController()
  const limits = { messages: 3, time: 1000 }
  const options = {
    ...{ connection, catalogue, limits, patternRules: mqttGrammar },
    patterns: [{ pattern: '#' }],
    clock: new FakeClock()
  }
  return { ...options, options, stop, look: () => lookAtChannels({ ...options, stop: stop.signal }) }
}

describe('a look at what a broker keeps', () => {
  it('fills the catalogue within its limits, and closes the connection', async () => {
    const connection = new KeepingConnection()
    const { look, catalogue } = looker(connection)
    await look()
    expect(connection.wishes).toMatchObject([{ patterns: ['#'], messages: 3, time: 1000 }])
    expect(catalogue.channels.map(({ name, total, count }) => [name, total, count])).toEqual([
      ['a', 7, 1],
      ['b', 0, 0]
    ])
    expect(connection.drains).toHaveLength(1)
  })

  it('with a filter shows only what matches, and no channel without a message', async () => {
    const connection = new KeepingConnection()
    connection.looking = async ({ onListed, take }) => {
      onListed([{ name: 'b', partitions: 1, stored: 0 }])
      await take([messageOn('a', '1'), messageOn('a', '1'), messageOn('a', '2'), messageOn('c', '9')])
      return undefined
    }
    const { options, catalogue, stop } = looker(connection)
    const condition = plainCondition(({ channel }) => channel === 'a')
    const look = await lookAtChannels({ ...options, changed: true, condition, stop: stop.signal })
    expect(catalogue.channels.map(({ name, count }) => [name, count])).toEqual([['a', 2]])
    expect(look).toEqual({ unmatched: 2, failure: undefined })
  })

  it('ends when it is stopped, however long the broker takes', async () => {
    const connection = new KeepingConnection()
    connection.looking = () => new Promise(() => undefined)
    const { look, stop } = looker(connection)
    const ended = look()
    stop.abort()
    await ended
    expect(connection.drains).toHaveLength(1)
  })

  it('fails as the broker refuses it, and as the connection ends', async () => {
    const refusing = new KeepingConnection()
    const refused = new TidingsError('refused', 'no', { code: 'subscribe-refused' })
    refusing.looking = () => Promise.reject(refused)
    await expect(looker(refusing).look()).rejects.toBe(refused)
    const lost = new KeepingConnection()
    lost.looking = () => new Promise(() => undefined)
    const ended = looker(lost).look()
    const failure = new TidingsError('unfinished', 'lost', { code: 'connection-lost' })
    lost.end(failure)
    await expect(ended).rejects.toBe(failure)
  })

  it('says what could not be looked at, and what was seen counts all the same', async () => {
    const connection = new KeepingConnection()
    const refused = new TidingsError('refused', 'not authorized', { code: 'subscribe-refused' })
    connection.looking = async ({ onListed }) => {
      onListed([{ name: 'a', partitions: 1, stored: 7 }])
      return refused
    }
    const { look, catalogue } = looker(connection)
    expect(await look()).toMatchObject({ failure: refused })
    expect(catalogue.channels.map(({ name, total }) => [name, total])).toEqual([['a', 7]])
  })

  it('is not needed to tell history, which is read from its beginning on, from what is live', async () => {
    const connection = new MemoryConnection()
    const { options, stop, catalogue } = looker(new KeepingConnection())
    const now = options.clock.now()
    const observing = observeChannels({
      ...{ ...options, connection, stop: stop.signal, onSubscribed: () => undefined },
      history: { from: 'beginning' },
      count: 3
    })
    await connection.whenSubscribed
    await connection.receive([
      messageOn('a', '1', { sourceTime: now - 5, time: now }),
      messageOn('a', '2', { sourceTime: now + 5, time: now + 5 }),
      messageOn('a', '3', { time: now + 9 })
    ])
    await observing
    expect(catalogue.get('a')).toMatchObject({ count: 3, live: 2 })
  })

  it('is not for who joins a group, nor for brokers that keep nothing', () => {
    const patterns = [{ pattern: '#' }]
    expect(canLook({ connection: new KeepingConnection(), patterns })).toBe(true)
    expect(canLook({ connection: new KeepingConnection(), patterns: [{ pattern: '#', group: 'g' }] })).toBe(
      false
    )
    expect(canLook({ connection: new MemoryConnection(), patterns })).toBe(false)
  })

  it('comes before what is observed, which goes on where it has ended', async () => {
    const connection = new KeepingConnection()
    const { options, stop, catalogue, limits } = looker(connection)
    const wanted = { ...options, patternRules: mqttGrammar, stop: stop.signal, onSubscribed: () => undefined }
    const failure = new TidingsError('unfinished', 'cannot read "b"', { code: 'look-unfinished' })
    const { looking } = connection
    connection.looking = (wish) => looking(wish).then(() => failure)
    const missing: TidingsError[] = []
    const observing = observeChannels({
      ...{ ...wanted, look: limits, count: 1 },
      onNotLookedAt: (why) => missing.push(why)
    })
    await connection.whenSubscribed
    expect(missing).toEqual([failure])
    const [subscription]: readonly Subscription[] = connection.subscriptions
    expect(subscription).toMatchObject({ pattern: '#', sinceLook: true })
    expect(catalogue.get('a')).toMatchObject({ count: 1, live: 0 })
    await connection.receive([messageOn('a', '2')])
    expect(await observing).toMatchObject({ received: 1, ended: 'count' })
    expect(catalogue.get('a')).toMatchObject({ count: 2, live: 1, total: 8 })
  })
})
