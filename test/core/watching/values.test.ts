import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AgeHistograms } from '../../../src/core/watching/age-histograms.js'
import { parseEventTime, parseWholeNumber } from '../../../src/core/watching/parse-values.js'
import { parseValueSource } from '../../../src/core/watching/value-source.js'
import { textMessage } from '../../support/memory-connection.js'

describe('a place in messages', () => {
  const message = textMessage('a', '{"seq":5,"at":{"time":"x\\u0041"},"big":12345678901234567890}', {
    headers: [
      ['n', '7'],
      ['b', Buffer.from('8')]
    ],
    key: 'k'
  })
  it.each([
    ['/seq', '5'],
    ['/at/time', 'xA'],
    ['/big', '12345678901234567890'],
    ['/none', undefined],
    ['header:n', '7'],
    ['header:b', '8'],
    ['header:none', undefined],
    ['key', 'k']
  ])('%s has the value %s', (text, value) => {
    expect(parseValueSource(text, '--by', true).read(message)).toBe(value)
  })

  it('is the whole payload if it is empty', () => {
    expect(parseValueSource('', '--sequence').read(textMessage('a', ' 42 '))).toBe('42')
    expect(parseValueSource('', '--sequence').place).toBe('in the payload')
  })

  it.each(['seq', 'header:', 'key', '/a~2'])('is not %s', (text) => {
    expect(() => parseValueSource(text, '--sequence')).toThrow(/^cannot (use|read) /)
  })

  it('is read from any bytes without an error', () => {
    const source = parseValueSource('/a/0', '--sequence')
    const bytes = fc.oneof(
      fc.uint8Array(),
      fc.json().map((text) => Buffer.from(text)),
      fc.string().map((text) => Buffer.from(`{"a":[${text}`))
    )
    fc.assert(
      fc.property(bytes, (payload) => {
        expect(['string', 'undefined']).toContain(typeof source.read({ channel: 'a', payload, headers: [] }))
      })
    )
    expect(source.read({ channel: 'a', payload: null, headers: [] })).toBeUndefined()
    expect(source.read(textMessage('a', `{"a":["${'x'.repeat(2000)}"]}`))).toBeUndefined()
  })
})

describe('a whole number', () => {
  it('is exact at any size', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 39n), 10n ** 39n), (value) => {
        expect(parseWholeNumber(String(value))).toBe(value)
        expect(parseWholeNumber(`${value}.0`)).toBe(value)
      })
    )
  })
  it.each([
    ['007', 7n],
    ['1e3', 1000n],
    ['+5', 5n],
    ['1.5', undefined],
    ['', undefined],
    ['0x10', undefined],
    ['1e99', undefined],
    ['9'.repeat(41), undefined],
    ['true', undefined]
  ])('%s is %s', (text, value) => {
    expect(parseWholeNumber(text)).toBe(value)
  })
})

describe('the time of an event', () => {
  const time = Date.UTC(2026, 10, 23, 19, 5, 1, 500) * 1000
  it.each([
    '2026-11-23T19:05:01.5Z',
    '2026-11-23T20:05:01.500+01:00',
    '1795460701.5',
    '1795460701500',
    '1795460701500000',
    '1795460701500000000',
    '1.7954607015e12'
  ])('%s is that second', (text) => {
    expect(parseEventTime(text)).toBeCloseTo(time, -1)
  })
  it.each(['', 'now', '2026-11-23', '-5', '1e30', 'null'])('"%s" is none', (text) => {
    expect(parseEventTime(text)).toBeUndefined()
  })
})

describe('a histogram of ages', () => {
  it('knows each percentile within a tenth, and the greatest age exactly', () => {
    const age = fc.integer({ min: 1_000, max: 11_800_000_000 })
    fc.assert(
      fc.property(fc.array(age, { minLength: 1 }), fc.constantFrom(0.5, 0.95, 0.99), (ages, part) => {
        const histograms = new AgeHistograms()
        for (const each of ages) histograms.add(70, each)
        const sorted = ages.toSorted((one, other) => one - other)
        const exact = sorted[Math.ceil(ages.length * part) - 1] ?? 0
        const found = histograms.percentile(70, part) ?? 0
        expect(found / exact).toBeGreaterThan(0.9)
        expect(found / exact).toBeLessThan(1.1)
        expect(histograms.greatest(70)).toBe(sorted.at(-1))
        expect(histograms.percentile(0, part)).toBeUndefined()
      })
    )
  })
})
