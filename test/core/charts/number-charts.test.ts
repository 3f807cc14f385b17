import { describe, expect, it } from 'vitest'
import { ChannelCatalogue } from '../../../src/core/catalogue/channel-catalogue.js'
import type { ChannelNumbers } from '../../../src/core/charts/channel-numbers.js'
import type { Message } from '../../../src/core/message.js'

const SECOND = 1_000_000

function catalogue(examinedPerSecond = 1000): ChannelCatalogue {
  return new ChannelCatalogue({
    separator: '/',
    maxChannels: 100_000,
    maxBytes: 64 * 1024 * 1024,
    historyPerChannel: 50,
    examinedPerSecond,
    startedAt: 0
  })
}

const message = (channel: string, payload: unknown, time: number): Message => ({
  channel,
  payload: Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)),
  headers: [],
  time
})

function numbersOf(kept: ChannelCatalogue, name: string): ChannelNumbers {
  const entry = kept.get(name)
  if (!entry) throw new Error(`the catalogue has no ${name}`)
  return kept.keepCharts().of(entry)
}

const counts = ({ trends }: ChannelNumbers) =>
  Object.fromEntries([...trends].map(([pointer, { count }]) => [pointer, count]))

describe('the numbers that a catalogue keeps', () => {
  it('cover more messages than the history holds', () => {
    const kept = catalogue()
    kept.keepCharts()
    for (let at = 0; at < 5000; at++) kept.observe([message('a', { t: at }, at * 10_000)])
    expect(kept.get('a')?.history).toHaveLength(50)
    expect(counts(numbersOf(kept, 'a'))).toEqual({ '/t': 5000 })
  })

  it('begin with the history where the channel had none kept', () => {
    const kept = catalogue()
    for (let at = 0; at < 100; at++) kept.observe([message('a', { t: at }, at * SECOND)])
    expect(counts(numbersOf(kept, 'a'))).toEqual({ '/t': 50 })
    kept.observe([message('a', { t: 1, u: 2 }, 101 * SECOND)])
    expect(counts(numbersOf(kept, 'a'))).toEqual({ '/t': 51, '/u': 1 })
  })

  it('are those of few channels among very many, and always of the one that is looked at', () => {
    const kept = catalogue()
    kept.keepCharts()
    for (let round = 0; round < 3; round++) {
      for (let at = 0; at < 2000; at++)
        kept.observe([message(`c/${at}`, { t: at, u: 1, v: 2, w: 3 }, round * SECOND)])
    }
    expect(counts(numbersOf(kept, 'c/0'))).toMatchObject({ '/t': 3 })
    for (let at = 1999; at >= 1000; at--) numbersOf(kept, `c/${at}`)
    for (let at = 0; at < 2000; at++) kept.observe([message(`c/${at}`, { t: at }, 9 * SECOND)])
    // The one that was looked at last went on; of others the history is left.
    expect(counts(numbersOf(kept, 'c/1000'))).toMatchObject({ '/t': 4 })
  })

  it('give way to those of channels that were looked at later, and begin again with the history', () => {
    const kept = catalogue()
    for (let at = 0; at < 50; at++) kept.observe([message('first', { t: at }, at * SECOND)])
    numbersOf(kept, 'first')
    for (let at = 50; at < 100; at++) kept.observe([message('first', { t: at }, at * SECOND)])
    expect(counts(numbersOf(kept, 'first'))).toEqual({ '/t': 100 })
    const many = Array.from({ length: 30 }, (_, at) => at)
    for (let at = 0; at < 40; at++) {
      kept.observe([message(`c/${at}`, many, (100 + at) * SECOND)])
      expect(numbersOf(kept, `c/${at}`).trends.size).toBe(30)
    }
    expect(counts(numbersOf(kept, 'first'))).toEqual({ '/t': 50 })
  })

  it('are limited for a channel that has thousands', () => {
    const kept = catalogue()
    kept.keepCharts()
    kept.observe([
      message(
        'a',
        Array.from({ length: 5000 }, (_, at) => at),
        0
      )
    ])
    expect(numbersOf(kept, 'a').trends.size).toBe(32)
  })

  it('miss messages that come faster than they are read, and count those', () => {
    const kept = catalogue()
    kept.keepCharts()
    const text = 'x'.repeat(10_000)
    for (let at = 0; at < 100; at++) kept.observe([message('a', { t: at, text }, at)])
    const numbers = numbersOf(kept, 'a')
    expect(numbers.skipped).toBeGreaterThan(50)
    expect(counts(numbers)).toEqual({ '/t': 100 - numbers.skipped })
  })

  it('miss none of a recording, which waits until it is read', () => {
    const kept = catalogue(Number.POSITIVE_INFINITY)
    kept.keepCharts()
    const text = 'x'.repeat(10_000)
    for (let at = 0; at < 300; at++) kept.observe([message('a', { t: at, text }, 0)])
    expect(counts(numbersOf(kept, 'a'))).toEqual({ '/t': 300 })
  })

  it('are found again on a channel that had none for long', () => {
    const kept = catalogue()
    kept.keepCharts()
    for (let at = 0; at < 1000; at++) kept.observe([message('a', 'off', at * SECOND)])
    for (let at = 0; at < 40; at++) kept.observe([message('a', { t: at }, (1000 + at) * SECOND)])
    expect(counts(numbersOf(kept, 'a'))['/t']).toBeGreaterThan(20)
  })

  it('have one that moves most', () => {
    const kept = catalogue()
    const rows = [
      { id: 1000, still: 7, t: 20.1, on: true },
      { id: 1001, still: 7, t: 21.5, on: false },
      { id: 1002, still: 7, t: 20.8, on: true }
    ]
    kept.observe(rows.map((row, at) => message('a', row, at * SECOND)))
    expect(numbersOf(kept, 'a').liveliest).toBe('/t')
    kept.observe([message('b', { still: 1, other: 1 }, 0)])
    expect(numbersOf(kept, 'b').liveliest).toBe('/still')
  })

  it('stay as they were in a copy', () => {
    const kept = catalogue()
    kept.observe([message('a', { t: 1 }, 0)])
    numbersOf(kept, 'a')
    const copy = kept.keepCharts().copy()
    kept.observe([message('a', { t: 2 }, SECOND)])
    const entry = kept.get('a')
    expect(entry && counts(copy.of(entry))).toEqual({ '/t': 1 })
  })
})
