import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatByteSize, parseByteSize } from '../../src/core/byte-size.js'

describe('parseByteSize', () => {
  it.each([
    ['0', 0],
    ['500', 500],
    ['500b', 500],
    ['10MB', 10_000_000],
    ['10mb', 10_000_000],
    ['64KiB', 65_536],
    ['64k', 65_536],
    ['1g', 1_073_741_824],
    ['1.5 MB', 1_500_000],
    ['2TB', 2_000_000_000_000]
  ])('reads %s as %d bytes', (text, bytes) => {
    expect(parseByteSize(text)).toBe(bytes)
  })

  it.each(['', 'MB', '-1', '1x', '1 0', '1iB', '1e6', 'NaN', '99999999TB'])(
    'refuses "%s" as a usage error that shows how to write one',
    (text) => {
      expect(() => parseByteSize(text)).toThrow(
        expect.objectContaining({
          kind: 'usage',
          code: 'bad-size',
          suggestion: expect.stringContaining('64KiB')
        })
      )
    }
  )
})

describe('formatByteSize', () => {
  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1000, '1 kB'],
    [1234, '1.2 kB'],
    [34_000_000, '34 MB'],
    [999_999, '1 MB'],
    [5_000_000_000_000_000, '5000 TB']
  ])('writes %d as %s', (bytes, text) => {
    expect(formatByteSize(bytes)).toBe(text)
  })

  it('gives a text that is read back as the same number, within its rounding', () => {
    fc.assert(
      fc.property(
        fc.maxSafeNat().map((bytes) => Math.floor(bytes / 2)),
        (bytes) => {
          const again = parseByteSize(formatByteSize(bytes).replace(/ bytes?$/, ''))
          expect(Math.abs(again - bytes)).toBeLessThanOrEqual(bytes * 0.051)
        }
      )
    )
  })
})
