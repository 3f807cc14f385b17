import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDuration, parseDuration } from '../../src/core/duration.js'

describe('parseDuration', () => {
  it.each([
    ['250ms', 250],
    ['10s', 10_000],
    ['1m30s', 90_000],
    ['2h', 7_200_000],
    ['1d12h', 129_600_000],
    ['1.5s', 1500],
    ['0', 0],
    ['0s', 0]
  ])('reads %s as %d milliseconds', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds)
  })

  it('takes a bare number as seconds', () => {
    expect(parseDuration('5')).toBe(5000)
    expect(parseDuration('0.5')).toBe(500)
  })

  it.each(['', 's', '-1s', '10 s', '10x', '30s1m', '1s1s', '1e3', '1.s', 'Infinity', '１s', '10S'])(
    'refuses "%s" as a usage error that shows how to write one',
    (text) => {
      expect(() => parseDuration(text)).toThrow(
        expect.objectContaining({
          kind: 'usage',
          code: 'bad-duration',
          suggestion: expect.stringContaining('1m30s')
        })
      )
    }
  )

  it('refuses more than 100 years', () => {
    expect(() => parseDuration('36501d')).toThrow(
      'cannot read "36501d" as a duration: it is longer than 100 years'
    )
    expect(() => parseDuration('9'.repeat(400))).toThrow(/longer than 100 years/)
  })

  it('adds up its parts', () => {
    const part = fc.integer({ min: 0, max: 500 })
    fc.assert(
      fc.property(part, part, part, part, part, (d, h, m, s, ms) => {
        expect(parseDuration(`${d}d${h}h${m}m${s}s${ms}ms`)).toBe(
          d * 86_400_000 + h * 3_600_000 + m * 60_000 + s * 1000 + ms
        )
      })
    )
  })
})

describe('formatDuration', () => {
  it.each([
    [0, '0 ms'],
    [0.42, '0.4 ms'],
    [12.3, '12 ms'],
    [999.4, '999 ms'],
    [999.6, '1 s'],
    [1500, '1.5 s'],
    [59_940, '59.9 s'],
    [59_960, '1m'],
    [90_000, '1m30s'],
    [3_599_800, '1h'],
    [7_500_000, '2h5m'],
    [86_399_999, '1d'],
    [273_600_000, '3d4h']
  ])('writes %d milliseconds as %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text)
  })

  it('gives a text that is read back as the same duration, within its rounding', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e10, noNaN: true }), (milliseconds) => {
        const again = parseDuration(formatDuration(milliseconds).replace(' ', ''))
        expect(Math.abs(again - milliseconds)).toBeLessThanOrEqual(Math.max(0.05, milliseconds * 0.051))
      })
    )
  })
})
