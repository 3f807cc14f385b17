import fc from 'fast-check'
import { eastAsianWidth } from 'get-east-asian-width'
import { expect, it } from 'vitest'
import { cellWidth, clusters } from '../../src/ui/cell-width.js'

const ASSIGNED = /^\p{Assigned}$/u
// A pair of regional indicators is a flag. Vowels and final consonants of Hangul stand in the cells of the consonant before them.
const ONE_CELL_OR_TWO =
  /^(?!\p{M}|\p{Regional_Indicator}|[\u1160-\u11ff\ud7b0-\ud7ff]|\p{C}|\p{Emoji_Modifier}|\p{Default_Ignorable_Code_Point})/u

it('every character takes as many cells as the Unicode tables say', () => {
  const different: string[] = []
  for (let code = 0x20; code <= 0x10ffff; code++) {
    const character = String.fromCodePoint(code)
    if (!ASSIGNED.test(character) || !ONE_CELL_OR_TWO.test(character)) continue
    const expected = eastAsianWidth(code)
    if (cellWidth(character) !== expected)
      different.push(`U+${code.toString(16)}: ${cellWidth(character)} and not ${expected}`)
  }
  expect(different).toEqual([])
})

it('a long text has the same clusters as if it were segmented at once', () => {
  const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
  const part = fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1 }),
    fc.string({ unit: 'binary', minLength: 1 }),
    fc.constantFrom(
      '🇩',
      '👩\u200d',
      '\u0301',
      '\u{1f3fb}',
      'क\u094d',
      '\u0301'.repeat(300),
      '👩\u200d'.repeat(150)
    )
  )
  const texts = fc
    .array(part, { minLength: 1, maxLength: 20 })
    .map((parts) => parts.join('').repeat(30).slice(0, 3000))
  fc.assert(
    fc.property(texts, (text) => {
      expect([...clusters(text)]).toEqual(Array.from(segmenter.segment(text), ({ segment }) => segment))
    })
  )
})
