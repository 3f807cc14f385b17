import { eastAsianWidth } from 'get-east-asian-width'
import { expect, it } from 'vitest'
import { cellWidth } from '../../src/ui/cell-width.js'

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
