import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Json } from '../../../src/contract/schema/same-values.js'
import { choiceInWords, constantInWords, cut, valueInWords } from '../../../src/contract/words/value-words.js'

it.each<[Json, string]>([
  ['12', '"12"'],
  [12.5, '12.5'],
  [null, 'null'],
  [false, 'false'],
  ['a"\n', '"a\\"\\n"'],
  ['x'.repeat(1000), `"${'x'.repeat(79)}…" (1000 characters)`],
  [[], 'an empty list'],
  [[1], 'a list of 1 item'],
  [{}, 'an empty object'],
  [{ a: 1 }, 'an object']
])('a value is told by what it is: %j', (value, words) => {
  expect(valueInWords(value)).toBe(words)
})

it.each<[Json[], string]>([
  [[], 'nothing, because the list of values is empty'],
  [['a'], '"a"'],
  [['a', 1], '"a" or 1'],
  [['a', 1, null], '"a", 1 or null'],
  [[{ a: 1 }, [2]], '{"a":1} or [2]'],
  [['a', Array(100).fill(1)], `"a" or [${'1,'.repeat(19)}…`],
  [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 'one of 1, 2, 3, 4, 5, 6, 7, 8 and 2 more']
])('a choice is told by its first values: %j', (values, words) => {
  expect(choiceInWords(values)).toBe(words)
})

it('what is told of a large constant is made once', () => {
  let reads = 0
  const constant = {
    get a() {
      reads++
      return 'x'.repeat(1000)
    }
  }
  const told = [constantInWords(constant), constantInWords(constant)]
  expect(told[1]).toBe(`{"a":"${'x'.repeat(193)}…`)
  expect(reads).toBe(1)
})

it('words are never longer than 200 characters', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue() as fc.Arbitrary<Json>), (values) => {
      expect(choiceInWords(values).length).toBeLessThanOrEqual(200)
      for (const value of values) expect(valueInWords(value).length).toBeLessThanOrEqual(600)
    })
  )
  expect(cut('👍'.repeat(200))).not.toMatch(/[\ud800-\udbff]…/)
})
