import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cellWidth } from '../../../src/ui/cell-width.js'
import { markedName, markedSpans } from '../../../src/ui/channel-browser/hit-marks.js'
import { lineWidth, plainText, span } from '../../../src/ui/channel-browser/line.js'
import { compileSearch } from '../../../src/ui/channel-browser/text-search.js'

const marked = (line: readonly { text: string; style: string }[]) =>
  line.filter(({ style }) => style === 'hit').map(({ text }) => text)

describe('marking hits', () => {
  it('changes neither the text nor its width, whatever the script', () => {
    const place = fc.tuple(fc.nat(30), fc.integer({ min: 1, max: 10 }))
    const scripts = fc.constantFrom(
      'क्षत्रिय',
      '👩‍👩‍👧‍👦',
      '🇩🇪🇫🇷',
      'é̂̃',
      'مدينة',
      '한국어',
      '都市',
      'a',
      '\x1b',
      '👍🏽'
    )
    const text = fc.array(fc.oneof(scripts, fc.string({ unit: 'grapheme', maxLength: 5 })), { maxLength: 8 })
    fc.assert(
      fc.property(text, fc.array(place, { maxLength: 5 }), fc.nat(10), (parts, places, from) => {
        const whole = parts.join('')
        const hits = places
          .map(([at, length]) => ({ from: at, to: at + length }))
          .sort((a, b) => a.from - b.from)
        const line = markedSpans(whole, hits, 'text', from)
        expect(plainText(line)).toBe(span(whole).text)
        expect(lineWidth(line)).toBe(cellWidth(span(whole).text))
      }),
      { numRuns: 500 }
    )
  })

  it('marks a whole emoji where a part of it is a hit', async () => {
    const { hits } = await compileSearch('👧')
    expect(marked(markedSpans('a👩‍👩‍👧‍👦b', hits('a👩‍👩‍👧‍👦b')))).toEqual(['👩‍👩‍👧‍👦'])
  })

  it('marks in a name what began in the levels before it', async () => {
    const search = await compileSearch('house/la')
    expect(marked(markedName('lamp', 20, 'text', search, 'house/'))).toEqual(['la'])
    expect(marked(markedName('house', 20, 'text', search))).toEqual([])
  })

  it('marks the ellipsis of a name that is cut where the hit is', async () => {
    const search = await compileSearch('middle')
    const line = markedName('beginning/middle/end', 12, 'text', search)
    expect(plainText(line)).toBe('beg…ddle/end')
    expect(marked(line)).toEqual(['…'])
    expect(marked(markedName('beginning/middle/end', 20, 'text', search))).toEqual(['middle'])
  })
})
