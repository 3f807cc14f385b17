import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { diffWords } from '../../../src/core/json/word-diff.js'

/** Removed words in [- -], added ones in {+ +}. */
function told(before: string, after: string): string | undefined {
  return diffWords(before, after)
    ?.map(({ kind, text }) => (kind === 'same' ? text : kind === 'removed' ? `[-${text}-]` : `{+${text}+}`))
    .join('')
}

describe('what changed from one text to the other, by words', () => {
  it('is marked within the text that stayed', () => {
    expect(told('pump 3 runs at 41 rpm', 'pump 3 runs at 45 rpm')).toBe('pump 3 runs at [-41-]{+45+} rpm')
    expect(told('all is well', 'all is very well')).toBe('all is {+very +}well')
    expect(told('all is very well', 'all is well')).toBe('all is [-very -]well')
    expect(told('same text', 'same text')).toBe('same text')
  })

  it('takes words together that changed beside each other', () => {
    expect(told('the old red lamp of the house', 'the new blue lamp of the house')).toBe(
      'the [-old red-]{+new blue+} lamp of the house'
    )
  })

  it('knows the words of languages without spaces, and never splits what is read as one character', () => {
    expect(told('東京の天気は晴れです', '東京の天気は雨です')).toBe('東京の天気は[-晴れ-]{+雨+}です')
    expect(told('state 👩‍👩‍👧‍👦 at home', 'state 👩‍👩‍👧 at home')).toBe(
      'state [-👩‍👩‍👧‍👦-]{+👩‍👩‍👧+} at home'
    )
    expect(told('तापमान बढ़ गया है आज', 'तापमान घट गया है आज')).toBe('तापमान [-बढ़-]{+घट+} गया है आज')
  })

  it('is not told of texts that have hardly anything in common', () => {
    expect(told('online', 'offline')).toBeUndefined()
    expect(told('a b c d e f', 'u v w x y z')).toBeUndefined()
  })

  it('is not told of texts with too many words to compare', () => {
    const text = (word: string) => Array.from({ length: 3000 }, (_, at) => `${word}${at} of`).join(' ')
    expect(told(text('a'), text('b'))).toBeUndefined()
  })

  it('turns each text into the other', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'the', ' ', '  ', '\n', '.', '東京', 'é', '👍'), { maxLength: 20 })
      .map((words) => words.join(''))
    fc.assert(
      fc.property(text, text, (before, after) => {
        const pieces = diffWords(before, after)
        if (!pieces) return
        const of = (left: string) =>
          pieces
            .filter(({ kind }) => kind !== left)
            .map((piece) => piece.text)
            .join('')
        expect(of('added')).toBe(before)
        expect(of('removed')).toBe(after)
      })
    )
  })
})
