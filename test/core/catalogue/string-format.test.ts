import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ANY_FORMAT,
  matchingFormats,
  preferredFormat,
  STRING_FORMATS
} from '../../../src/core/catalogue/string-format.js'

const formatOf = (text: string) => preferredFormat(matchingFormats(text, ANY_FORMAT))

describe('the format of a text', () => {
  it.each([
    ['2026-11-23T19:05:01Z', 'date-time'],
    ['2026-11-23T19:05:01.5+02:00', 'date-time'],
    ['2024-02-29', 'date'],
    ['0F8fad5b-d9cb-469f-a165-70867728950e', 'uuid'],
    ['192.168.0.255', 'ipv4'],
    ['2001:db8::1', 'ipv6'],
    ['::1', 'ipv6'],
    ['ada@example.com', 'email'],
    ['https://example.com/a?b=%20', 'uri'],
    ['mqtt://broker:1883', 'uri']
  ])('%s is %s', (text, format) => {
    expect(formatOf(text)).toBe(format)
  })

  it.each([
    '2023-02-29',
    '2026-13-01',
    '2026-11-23T24:00:00Z',
    '2026-11-23 19:05:01Z',
    '256.1.1.1',
    '01.1.1.1',
    '1::2::3',
    '00:12:4b:00:14:d9:81:3a',
    'ada@localhost',
    'a..b@example.com',
    'urn:a',
    'on',
    ''
  ])('%s has none', (text) => {
    expect(formatOf(text)).toBeUndefined()
  })

  it('is asked for among the candidates only', () => {
    const date = 1 << STRING_FORMATS.indexOf('date')
    expect(matchingFormats('2024-02-29', ANY_FORMAT & ~date)).toBe(0)
    expect(matchingFormats('2024-02-29', date)).toBe(date)
  })

  it('is one that a validator of JSON Schema takes, too', () => {
    const ajv = new Ajv()
    formats.default(ajv)
    const text = fc.oneof(
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
      fc.ipV4(),
      fc.ipV6(),
      fc.uuid(),
      fc.emailAddress(),
      fc.webUrl(),
      fc.string({ unit: fc.constantFrom(...'0123456789-:.T@/a') })
    )
    fc.assert(
      fc.property(text, (each) => {
        const format = formatOf(each)
        if (format !== undefined) expect(ajv.validate({ type: 'string', format }, each)).toBe(true)
      }),
      { numRuns: 500 }
    )
  })
})
