import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseEnvelope } from '../../../src/core/envelope/envelope.js'
import { formatTimestamp } from '../../../src/core/timestamp.js'

const timeOf = (time: unknown) =>
  parseEnvelope(Buffer.from(JSON.stringify({ channel: 'a', payload: 1, time }))).time

describe('the time of an envelope', () => {
  it('is read exactly in a run of lines, of one second or of several, in any form', () => {
    const base = Date.UTC(2026, 10, 23, 19, 5, 1) * 1000
    const line = fc.tuple(fc.nat(2_000_000), fc.constantFrom('Z', '+02:00', 'z'), fc.constantFrom(6, 3, 9))
    fc.assert(
      fc.property(fc.array(line, { minLength: 2 }), (lines) => {
        for (const [offset, zone, digits] of lines) {
          const text = formatTimestamp(base + offset)
          const fraction = text.slice(20, 26).padEnd(9, '7').slice(0, digits)
          const kept = Number(fraction.padEnd(6, '0').slice(0, 6))
          const second = Math.floor((base + offset) / 1e6) * 1e6
          const shift = zone === '+02:00' ? 7_200_000_000 : 0
          expect(timeOf(`${text.slice(0, 20)}${fraction}${zone}`)).toBe(second + kept - shift)
        }
      })
    )
  })

  it('of a line in the form that we write is refused where its digits are none', () => {
    timeOf('2026-11-23T19:05:01.123456Z')
    for (const text of ['2026-11-23T19:05:01.12345xZ', '2026-11-23T19:05:01.123456X'])
      expect(() => timeOf(text)).toThrow(expect.objectContaining({ code: 'bad-envelope' }))
  })

  it.each([7, true, ['a'], 'yesterday'])('is not %j', (time) => {
    expect(() => timeOf(time)).toThrow(expect.objectContaining({ code: 'bad-envelope' }))
  })

  it('is not there where it is null', () => {
    expect(timeOf(null)).toBeUndefined()
  })
})
