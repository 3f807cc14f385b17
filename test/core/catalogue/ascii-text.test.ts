import fc from 'fast-check'
import { expect, it } from 'vitest'
import { asciiText } from '../../../src/core/catalogue/ascii-text.js'

it.each([
  ['Küche', 'Kuche'],
  ['Straße', 'Strasse'],
  ['Œuvre', 'Oeuvre'],
  ['Łódź', 'Lodz'],
  ['Тест', 'Test'],
  ['Щука', 'Shchuka'],
  ['Θήβα', 'Thiva'],
  ['ﬁn', 'fin'],
  ['Cafe\u0301', 'Cafe'],
  ['温', ' u6e29 '],
  ['☃', ' u2603 '],
  ['a–b', 'a b']
])('%s is %j', (text, ascii) => {
  expect(asciiText(text)).toBe(ascii)
})

it('ASCII stays as it is, and whatever else there is becomes ASCII', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect([...asciiText(text)].every((character) => character <= '\x7f')).toBe(true)
    })
  )
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii' }), (text) => {
      expect(asciiText(text)).toBe(text)
    })
  )
})
