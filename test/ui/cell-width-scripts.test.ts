import xterm from '@xterm/headless'
import { expect, it } from 'vitest'
import { cellWidth, sliceCells, truncateMiddle } from '../../src/ui/cell-width.js'

/** What a terminal takes for each text: POSIX's wcwidth of its characters, two cells for an emoji. */
const TEXTS: readonly [text: string, cells: number, what: string][] = [
  ['नमस्ते', 4, 'Devanagari: a virama and a vowel sign that take no space'],
  ['हिन्दी', 5, 'Devanagari: two vowel signs that take space'],
  ['तापमान', 6, 'Devanagari: vowel signs that take space'],
  ['क्षत्रिय', 6, 'Devanagari: two conjuncts'],
  ['বাংলা', 5, 'Bengali'],
  ['தமிழ்', 4, 'Tamil'],
  ['ภาษาไทย', 7, 'Thai'],
  ['กำลัง', 4, 'Thai: sara am takes a cell, a vowel above takes none'],
  ['العربية', 7, 'Arabic'],
  ['مُحَمَّد', 4, 'Arabic with vowel marks'],
  ['温度', 4, 'Chinese'],
  ['センサー', 8, 'Japanese'],
  ['한국어', 6, 'Korean'],
  ['\u1112\u1161\u11ab', 2, 'Korean in single letters'],
  ['e\u0301', 1, 'a letter and its accent'],
  ['👍', 2, 'an emoji'],
  ['👍🏽', 2, 'with a skin tone'],
  ['👩‍👩‍👧‍👦', 2, 'emoji that are joined'],
  ['🏳️‍🌈', 2, 'a flag of joined emoji'],
  ['🇩🇪', 2, 'a flag of two letters'],
  ['🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}', 2, 'a flag of tags'],
  ['❤️', 2, 'a sign that is shown as an emoji'],
  ['❤', 1, 'the sign as text'],
  ['1️⃣', 2, 'a key']
]

it.each(TEXTS)('%s takes %i cells: %s', (text, cells) => {
  expect(cellWidth(text)).toBe(cells)
})

it('a terminal takes as many cells for each script, and never more than we count', async () => {
  for (const [text, cells, what] of TEXTS) {
    const terminal = new xterm.Terminal({ cols: 80, rows: 2, allowProposedApi: true })
    await new Promise<void>((resolve) => terminal.write(text, resolve))
    const taken = terminal.buffer.active.cursorX
    // Emoji of several characters are as wide as each terminal likes.
    if (/\p{Emoji}/u.test(text)) continue
    expect([what, taken]).toEqual([what, cells])
  }
})

it('never splits what a reader takes for one character, and never takes more room than there is', () => {
  for (const [text] of TEXTS) {
    for (let width = 0; width < 12; width++) {
      const name = `${text}/${text}/${text}`
      expect(cellWidth(sliceCells(name, width))).toBeLessThanOrEqual(width)
      expect(cellWidth(truncateMiddle(name, width))).toBeLessThanOrEqual(width)
    }
  }
})
