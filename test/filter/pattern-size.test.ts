import fc from 'fast-check'
import { RE2JS } from 're2js'
import { expect, it } from 'vitest'
import { patternSize } from '../../src/filter/pattern-size.js'

const { pattern } = fc.letrec<{ pattern: string; part: string; atom: string }>((tie) => ({
  pattern: fc.array(tie('part'), { maxLength: 4 }).map((parts) => parts.join('')),
  part: fc.oneof(
    { maxDepth: 4 },
    tie('atom'),
    fc
      .tuple(
        tie('atom'),
        fc.constantFrom('*', '+', '?', '{0}', '{3}', '{2,}', '{0,2}', '{2,4}?', '{,3}', '{', '|')
      )
      .map(([atom, repetition]) => atom + repetition)
  ),
  atom: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(
      'a',
      'ß',
      '😀',
      '.',
      '^',
      '$',
      ']',
      '\\d',
      '\\pL',
      '\\p{Greek}',
      '\\.',
      '\\x{41}',
      '\\Qa{9}\\E'
    ),
    fc.constantFrom('[a-z]', '[^]x]', '[\\]{3}]', '[[:alpha:]{3}]', '[(]', '\\(', '(?i)'),
    fc
      .tuple(fc.constantFrom('(', '(?:', '(?P<x>', '(?i:'), tie('pattern'))
      .map(([head, inner]) => `${head}${inner})`)
  )
}))

it('a program has no more instructions than its text tells', () => {
  let compiled = 0
  fc.assert(
    fc.property(pattern, (text) => {
      let program: RE2JS
      try {
        program = RE2JS.compile(text)
      } catch {
        return
      }
      compiled++
      expect(program.programSize()).toBeLessThanOrEqual(patternSize(text))
    }),
    { numRuns: 2000 }
  )
  expect(compiled).toBeGreaterThan(300)
})

it.each([
  ['@example[.]com$', 40],
  ['^device/[0-9]{1,5}/temp$', 60],
  ['[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', 200],
  ['((a{10}){10}){10}', 3500]
])('what people write is small: %s', (text, most) => {
  expect(patternSize(text)).toBeLessThanOrEqual(most)
})

it('a class that does not end takes no time', () => {
  expect(patternSize(`[${'\\p{L}'.repeat(160)}`)).toBeGreaterThan(160)
})
