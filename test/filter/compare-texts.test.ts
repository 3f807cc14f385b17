import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compareTexts } from '../../src/filter/compare-texts.js'

/** UTF-8 keeps the order of code points. */
const byBytes = (one: string, other: string) =>
  Math.sign(Buffer.compare(Buffer.from(one), Buffer.from(other)))

it.each([
  ['�', '😀', -1],
  ['a', 'b', -1],
  ['a', 'ab', -1],
  ['ä', 'ä', 0],
  ['😀', '😁', -1]
])('%s and %s', (one, other, sign) => {
  expect(Math.sign(compareTexts(one, other))).toBe(sign)
})

it('texts are ordered by their code points', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '퟿', '', '￿', '😀', '🙂') })
  fc.assert(
    fc.property(text, text, (one, other) => {
      expect(Math.sign(compareTexts(one, other))).toBe(byBytes(one, other))
    })
  )
})
