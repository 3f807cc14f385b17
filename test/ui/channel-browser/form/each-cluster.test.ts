import fc from 'fast-check'
import { expect, it } from 'vitest'
import { cellWidth } from '../../../../src/ui/cell-width.js'
import { eachCluster } from '../../../../src/ui/channel-browser/form/each-cluster.js'

const text = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '温',
        'ä',
        'я',
        '한',
        'か',
        'x',
        '1',
        '\u0301',
        '\ufe0f',
        '\u200d',
        '\u0600',
        '\u11a8',
        'क',
        '\u094d',
        '🇩',
        '👩'
      )
    ),
    { maxLength: 60 }
  )
  .map((parts) => parts.join(''))

it('goes through the same characters as Unicode has them, with the same widths', () => {
  const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
  fc.assert(
    fc.property(text, (text) => {
      const expected = Array.from(segmenter.segment(text), ({ segment }) => [
        segment.length,
        cellWidth(segment)
      ])
      const found: number[][] = []
      eachCluster(text, (length, cells) => void found.push([length, cells]))
      expect(found).toEqual(expected)
    }),
    { numRuns: 1000 }
  )
})
