import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CatalogueOptions, ChannelCatalogue } from '../../../src/core/catalogue/channel-catalogue.js'
import { formatJson } from '../../../src/core/catalogue/json-tree.js'
import { type Guarantee, type Message, NO_HEADERS, payloadBytes } from '../../../src/core/message.js'

const SECOND = 1_000_000

function newCatalogue(options: Partial<CatalogueOptions> = {}): ChannelCatalogue {
  return new ChannelCatalogue({
    separator: '/',
    hidden: '$',
    maxChannels: 1000,
    maxBytes: 1e8,
    historyPerChannel: 10,
    examinedPerSecond: 1e6,
    ...options
  })
}

function message(
  channel: string,
  payload: string | Uint8Array,
  time = 0,
  qos: Guarantee = 0,
  retain = false
): Message {
  return {
    channel,
    payload: Buffer.from(payload),
    headers: NO_HEADERS,
    guarantee: qos,
    mqtt: { retain },
    time
  }
}

describe('a channel', () => {
  test('counts messages and bytes, and knows when it was first and last seen', () => {
    const catalogue = newCatalogue()
    catalogue.observe([message('a', 'x', 5), message('b', 'xyz', 6)])
    catalogue.observe([message('a', 'xy', 9)])
    expect(catalogue.channels.map(({ name }) => name)).toEqual(['a', 'b'])
    expect(catalogue.get('a')).toMatchObject({ count: 2, bytes: 3, firstSeen: 5, lastSeen: 9 })
    expect(catalogue).toMatchObject({ messages: 3, bytes: 6, revision: 3, startedAt: 5, lastSeen: 9 })
  })

  test('counts retained and live messages apart, and knows when the retained message was cleared', () => {
    const catalogue = newCatalogue()
    catalogue.observe([message('a', 'x', 0, 0, true), message('a', 'y')])
    expect(catalogue.get('a')).toMatchObject({ count: 2, live: 1, retained: true })
    catalogue.observe([message('a', '', 0, 0, true)])
    expect(catalogue.get('a')).toMatchObject({ retained: false })
  })

  test('knows the QoS levels and payload kinds seen', () => {
    const catalogue = newCatalogue()
    catalogue.observe([
      message('a', '{}', 0, 1),
      message('a', 'hi', 0, 0),
      message('a', Buffer.from([255]), 0, 1),
      message('a', '')
    ])
    expect(catalogue.get('a')).toMatchObject({
      guaranteesSeen: [0, 1],
      kinds: ['json', 'text', 'binary', 'empty']
    })
  })

  test('measures its rate over the last seconds and its average since the start', () => {
    const catalogue = newCatalogue({ startedAt: 0 })
    for (let i = 0; i < 100; i++) catalogue.observe([message('a', 'x', i * SECOND * 0.1)])
    const a = catalogue.get('a')
    expect(a?.rate(10 * SECOND)).toBeCloseTo(10)
    expect(a?.averageRate(10 * SECOND)).toBe(10)
    expect(a?.samples(10 * SECOND, 12)).toEqual([0, 0, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10])
    expect(a?.rate(100 * SECOND)).toBe(0)
    expect(a?.averageRate(100 * SECOND)).toBe(1)
    expect(a?.samples(100 * SECOND, 60)).toEqual(Array(60).fill(0))
  })

  test('retained messages count for no rate', () => {
    const catalogue = newCatalogue({ startedAt: 0 })
    catalogue.observe([message('a', 'x', SECOND, 0, true)])
    expect(catalogue.get('a')?.rate(2 * SECOND)).toBe(0)
    expect(catalogue.get('a')?.samples(2 * SECOND, 2)).toEqual([0, 0])
  })

  test('a clock that jumps back does not distort a rate', () => {
    const catalogue = newCatalogue()
    catalogue.observe([
      message('a', 'x', 500 * SECOND),
      message('a', 'x', 1 * SECOND),
      message('a', 'x', 499 * SECOND)
    ])
    expect(catalogue.get('a')?.samples(501 * SECOND, 3)).toEqual([0, 1, 1])
    expect(catalogue.get('a')?.lastSeen).toBe(500 * SECOND)
  })

  test('keeps its latest messages, with copies of their payloads and properties', () => {
    const catalogue = newCatalogue({ historyPerChannel: 2 })
    const payload = Buffer.from('1')
    const correlation = Buffer.from('c')
    for (let i = 0; i < 3; i++) {
      payload[0] = 0x31 + i
      catalogue.observe([{ channel: 'a', payload, headers: [['h', 'v']], correlation, time: i }])
    }
    payload.fill(0)
    correlation.fill(0)
    const a = catalogue.get('a')
    expect(a?.history.map((each) => [Buffer.from(payloadBytes(each)).toString(), each.sequence])).toEqual([
      ['2', 2],
      ['3', 3]
    ])
    expect(a?.latest).toMatchObject({ time: 2, size: 1, headers: [['h', 'v']] })
    expect(Buffer.from(a?.latest?.correlation ?? []).toString()).toBe('c')
  })

  test('has a schema only if it carried JSON', () => {
    const catalogue = newCatalogue()
    catalogue.observe([message('a', '{"n":12345678901234567890}'), message('b', 'hello')])
    expect(formatJson(catalogue.get('a')?.schema() ?? null)).toContain('"n":{"type":"integer"}')
    expect(catalogue.get('b')?.schema()).toBeUndefined()
  })
})

test('a catalogue knows the separator of its channels', () => {
  expect(newCatalogue({ separator: '.' }).separator).toBe('.')
})

describe('channels that a broker lists', () => {
  const names = (...of: string[]) => of.map((name) => ({ name }))

  test('are known before a message comes, and are not counted as messages', () => {
    const catalogue = newCatalogue()
    catalogue.list(names('a', 'b'), 7)
    expect(catalogue.channels.map(({ name }) => name)).toEqual(['a', 'b'])
    expect(catalogue).toMatchObject({ messages: 0, bytes: 0, startedAt: 7, lastSeen: undefined })
    const a = catalogue.get('a')
    expect(a).toMatchObject({ count: 0, live: 0, bytes: 0, examined: 0, retained: false })
    expect(a).toMatchObject({ kinds: [], guaranteesSeen: [], history: [] })
    expect([a?.latest, a?.firstSeen, a?.lastSeen, a?.schema()]).toEqual(Array(4).fill(undefined))
    expect([a?.rate(9 * SECOND), a?.averageRate(9 * SECOND), a?.samples(9 * SECOND, 2)]).toEqual([
      0,
      0,
      [0, 0]
    ])
  })

  test('are like other channels once a message comes', () => {
    const [listed, observed] = [newCatalogue({ startedAt: 0 }), newCatalogue({ startedAt: 0 })]
    listed.list(names('a', 'b'), 1)
    const messages = [message('b', '{"n":1}', 2 * SECOND, 1, true), message('b', '{"n":2}', 3 * SECOND)]
    const known = [listed, observed].map((catalogue) => {
      catalogue.observe(messages)
      const b = catalogue.get('b')
      const times = [b?.firstSeen, b?.lastSeen, b?.rate(4 * SECOND), b?.averageRate(4 * SECOND)]
      const { count, live, retained, guaranteesSeen, kinds, latest, history } = b ?? {}
      return [
        count,
        live,
        retained,
        guaranteesSeen,
        kinds,
        latest,
        history,
        times,
        formatJson(b?.schema() ?? null)
      ]
    })
    expect(known[0]).toEqual(known[1])
    expect(known[0]?.[7]).toEqual([2 * SECOND, 3 * SECOND, 0.25, 0.25])
    expect(listed.messages).toBe(2)
    expect(listed.get('a')?.count).toBe(0)
  })

  test('are added only once, and only an added channel counts as a change', () => {
    const catalogue = newCatalogue()
    catalogue.observe([message('a', 'x', 5)])
    expect(catalogue.revision).toBe(1)
    catalogue.list(names('a', 'b', 'b'), 9)
    expect(catalogue.revision).toBe(2)
    catalogue.list(names('b', 'a'), 10)
    expect(catalogue).toMatchObject({ revision: 2, startedAt: 5, lastSeen: 5 })
    expect(catalogue.channels).toHaveLength(2)
    expect(catalogue.get('a')?.count).toBe(1)
  })

  test('are kept up to the maximum; channels of the latest list beyond it are counted', () => {
    const catalogue = newCatalogue({ maxChannels: 2 })
    catalogue.list(names('a', 'b', 'c', 'd', 'd'), 0)
    expect(catalogue.channels.map(({ name }) => name)).toEqual(['a', 'b'])
    expect(catalogue.dropped).toMatchObject({ unlisted: 2, beyondChannels: 0 })
    catalogue.list(names('a', 'd'), 1)
    catalogue.observe([message('c', 'x'), message('a', 'x')])
    expect(catalogue.dropped).toMatchObject({ unlisted: 1, beyondChannels: 1 })
    expect(catalogue.get('a')?.count).toBe(1)
  })

  test('are held within the memory allowed, and every channel keeps its latest message', () => {
    const catalogue = newCatalogue({ maxBytes: 40_000, maxChannels: 1000, historyPerChannel: 1000 })
    for (let i = 0; i < 200; i++) catalogue.observe([message('busy', `${i}`)])
    catalogue.list(names(...Array.from({ length: 100 }, (_, i) => `listed/${i}`)), 0)
    expect(catalogue.held).toBeLessThanOrEqual(40_000)
    expect(catalogue.dropped.unlisted).toBe(101 - catalogue.channels.length)
    expect(Buffer.from(catalogue.get('busy')?.latest?.payload ?? []).toString()).toBe('199')
  })
})

test('payloads are dropped for the names of many listed channels', () => {
  const catalogue = newCatalogue({ maxBytes: 40_000 })
  for (let i = 0; i < 8; i++) catalogue.observe([message(`${i}`, 'x'.repeat(2000))])
  const listed = Array.from({ length: 16 }, (_, i) => ({ name: `listed/${i}` }))
  catalogue.list(listed, 0)
  expect(catalogue.channels).toHaveLength(24)
  expect(catalogue.held).toBeLessThanOrEqual(40_000)
  expect(catalogue.channels.filter(({ latest }) => latest?.payload?.length === 0)).not.toHaveLength(0)
})

describe('bounds', () => {
  test('messages on channels beyond the maximum are counted and dropped', () => {
    const catalogue = newCatalogue({ maxChannels: 2 })
    catalogue.observe(['a', 'b', 'c', 'a', 'd', 'c'].map((name) => message(name, 'x')))
    expect(catalogue.channels.map(({ name }) => name)).toEqual(['a', 'b'])
    expect(catalogue.dropped.beyondChannels).toBe(3)
    expect(catalogue.messages).toBe(6)
  })

  test('the longest histories are shortened first, and every channel keeps its latest message', () => {
    const catalogue = newCatalogue({ maxBytes: 20_000, historyPerChannel: 1000 })
    for (let i = 0; i < 200; i++) catalogue.observe([message('busy', `${i}`)])
    catalogue.observe([message('calm', 'x'), message('calm', 'y')])
    expect(catalogue.held).toBeLessThanOrEqual(20_000)
    expect(Buffer.from(catalogue.get('busy')?.latest?.payload ?? []).toString()).toBe('199')
    expect(catalogue.get('calm')?.history).toHaveLength(2)
    expect(catalogue.dropped.beyondBytes).toBeGreaterThan(0)
  })

  test('only the beginning is kept of a payload that is long compared with the memory allowed', () => {
    const catalogue = newCatalogue({ maxBytes: 16_000 })
    catalogue.observe([message('a', 'x'.repeat(50_000))])
    expect(catalogue.get('a')?.latest?.size).toBe(50_000)
    expect(catalogue.get('a')?.latest?.payload).toHaveLength(1000)
  })

  test('at high rates messages are counted and not examined, except the first messages of a channel', () => {
    const catalogue = newCatalogue({ examinedPerSecond: 10 })
    for (let i = 0; i < 100; i++) catalogue.observe([message('a', '12345', 0)])
    expect(catalogue.get('a')).toMatchObject({ count: 100, examined: 4 })
    expect(catalogue.dropped.unexamined).toBe(96)
    catalogue.observe([message('b', '{}', 0), message('a', '12345', 60 * SECOND)])
    expect(catalogue.get('b')?.examined).toBe(1)
    expect(catalogue.get('a')?.examined).toBe(5)
  })

  test('a channel that has no memory for a schema has one made from its messages, and goes with others like it', () => {
    const options = { maxBytes: 60_000, historyPerChannel: 3 }
    const catalogue = newCatalogue(options)
    const wide = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`name${index}`, index]))
    for (let i = 0; i < 6; i++) catalogue.observe([message(`wide/${i}`, JSON.stringify(wide))])
    const ids = ['a1', 'b2', 'c3'].map((start) => `${start}b0c1d2-e3f4-4a5b-8c6d-7e8f90a1b2c3`)
    for (const id of ids)
      catalogue.observe([
        message(`device/${id}`, '{"celsius":1}'),
        message(`device/${id}`, '{"celsius":2,"on":true}')
      ])
    const entry = catalogue.get(`device/${ids[0]}`)
    expect(entry).toMatchObject({ kinds: ['json'], examined: 2 })
    expect(formatJson(entry?.schema() ?? null)).toContain('"required":["celsius"]')
    expect(catalogue.families().map(({ address }) => address)).toContain('device/{device_id}')
    expect(catalogue.held).toBeLessThanOrEqual(options.maxBytes)
  })

  test('at high rates a channel keeps its latest message, and the messages that somebody has read', () => {
    const catalogue = newCatalogue({ keptPerSecond: 1 })
    const payload = Buffer.from('0')
    const texts = () =>
      catalogue.get('a')?.history.map((stored) => `${stored.sequence}:${Buffer.from(payloadBytes(stored))}`)
    const publish = (from: number, to: number) => {
      for (let i = from; i <= to; i++) {
        payload[0] = 0x30 + i
        catalogue.observe([{ ...message('a', ''), payload }])
      }
      payload[0] = 0
    }
    publish(1, 3)
    expect(texts()).toEqual(['1:1', '3:3'])
    publish(4, 6)
    const { latest } = catalogue.get('a') ?? {}
    publish(7, 9)
    expect(texts()).toEqual(['1:1', '3:3', '6:6', '9:9'])
    expect(Buffer.from(payloadBytes(latest ?? { payload: null })).toString()).toBe('6')
    expect(catalogue.dropped.beyondBytes).toBe(5)
  })

  test('reading a message takes memory, which is freed at the next occasion', () => {
    const catalogue = newCatalogue({ maxBytes: 1234, historyPerChannel: 1, keptPerSecond: 0 })
    const message = (channel: string): Message => ({
      channel,
      payload: Buffer.from('""'),
      headers: NO_HEADERS
    })
    catalogue.observe([message(' ')])
    expect(catalogue.get(' ')?.history).toHaveLength(1)
    catalogue.observe([message('a')])
    expect(catalogue.held).toBeLessThanOrEqual(1234)
  })

  test('for any messages, the memory stays within the bound and every message is counted', () => {
    const any = fc.record({
      channel: fc.oneof(
        fc.constantFrom('a', 'b', 'c'),
        fc.string({ minLength: 1 }),
        fc.string({ minLength: 200, maxLength: 4000 })
      ),
      payload: fc.oneof(
        fc.json().map((text) => Buffer.from(text)),
        fc.uint8Array({ maxLength: 5000 })
      ),
      time: fc.integer({ min: 0, max: 1e9 }),
      retain: fc.boolean(),
      listed: fc.array(fc.constantFrom('a', 'b', 'c', 'd'.repeat(3000), ...'efghijklmnop'), { maxLength: 12 })
    })
    fc.assert(
      fc.property(
        fc.array(any, { maxLength: 200 }),
        fc.integer({ min: 1, max: 60_000 }),
        fc.integer({ min: 1, max: 20 }),
        fc.constantFrom(0, 1, 1000),
        (all, maxBytes, historyPerChannel, keptPerSecond) => {
          const catalogue = newCatalogue({ maxBytes, historyPerChannel, maxChannels: 20, keptPerSecond })
          for (const { channel, payload, time, retain, listed } of all) {
            catalogue.list(
              listed.map((name) => ({ name })),
              time
            )
            expect(catalogue.held).toBeLessThanOrEqual(maxBytes)
            catalogue.observe([
              { channel, payload, headers: NO_HEADERS, guarantee: 0, mqtt: { retain }, time }
            ])
            expect(catalogue.held).toBeLessThanOrEqual(maxBytes)
            if (time % 3 === 0) catalogue.get(channel)?.history.at(0)
          }
          const listed = catalogue.channels.reduce((sum, { count }) => sum + count, 0)
          expect(listed + catalogue.dropped.beyondChannels).toBe(all.length)
          for (const entry of catalogue.channels) {
            expect(entry.history.length).toBeLessThanOrEqual(historyPerChannel)
            expect(entry.latest?.sequence ?? 0).toBe(entry.count)
            expect(entry.history.at(-1)).toBe(entry.latest)
          }
        }
      )
    )
  })
})

describe('messages that a broker had kept', () => {
  const stored = (payload: string, sourceTime: number | undefined, time = 100 * SECOND): Message => ({
    ...message('t', payload, time),
    sourceTime
  })

  test('count as of their source times, and are not live', () => {
    const catalogue = newCatalogue({ startedAt: 90 * SECOND })
    catalogue.list([{ name: 't', partitions: 2, stored: 1000 }], 100 * SECOND)
    catalogue.observeStored([stored('1', 10 * SECOND), stored('2', 20 * SECOND)])
    expect(catalogue.get('t')).toMatchObject({
      partitions: 2,
      total: 1000,
      count: 2,
      live: 0,
      firstSeen: 10 * SECOND,
      lastSeen: 20 * SECOND,
      kinds: ['json']
    })
    expect(catalogue.get('t')?.averageRate(110 * SECOND)).toBe(0)
    catalogue.observe([message('t', '3', 101 * SECOND)])
    expect(catalogue.get('t')).toMatchObject({ total: 1001, count: 3, live: 1, lastSeen: 101 * SECOND })
    catalogue.list([{ name: 't', partitions: 3, stored: 1001 }], 102 * SECOND)
    expect(catalogue.get('t')).toMatchObject({ partitions: 3, total: 1001 })
  })

  test('count as received now where their source times cannot be: later than that, or before 1970', () => {
    const catalogue = newCatalogue()
    catalogue.observeStored([stored('1', 1e15), stored('2', -1000), stored('3', undefined)])
    expect(catalogue.get('t')).toMatchObject({ firstSeen: 100 * SECOND, lastSeen: 100 * SECOND })
  })

  test('are as many as came where the broker has not said how many it keeps', () => {
    const catalogue = newCatalogue()
    catalogue.list([{ name: 't' }], 0)
    catalogue.observe([message('t', '1'), message('t', '2')])
    expect(catalogue.get('t')).toMatchObject({ partitions: undefined, total: 2, count: 2 })
  })
})
