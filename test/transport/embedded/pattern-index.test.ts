import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matchesPattern } from '../../../src/core/channel-pattern.js'
import { PatternIndex } from '../../../src/transport/embedded/pattern-index.js'
import { mqttGrammar } from '../../../src/transport/mqtt/channel-grammar.js'

const word = fc.constantFrom('a', 'b', '', '$x')
const channel = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join('/'))
const pattern = fc
  .tuple(fc.array(fc.oneof(word, fc.constant('+')), { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([words, open]) => [...words, ...(open ? ['#'] : [])].join('/'))

function found(index: PatternIndex<string>, name: string): string[] {
  const owners: string[] = []
  index.match(name, (owner, value) => owners.push(`${owner} ${value}`))
  return owners.sort()
}

test('finds what matching each pattern alone finds', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(pattern, { maxLength: 8 }),
      fc.array(channel, { maxLength: 8 }),
      (patterns, names) => {
        const index = new PatternIndex<string>()
        for (const one of patterns) index.set(one, 'owner', one)
        for (const name of names) {
          const expected = patterns
            .filter((one) => matchesPattern(one, name, mqttGrammar))
            .map((one) => `owner ${one}`)
          expect(found(index, name)).toEqual(expected.sort())
        }
      }
    )
  )
})

test('what was deleted is not found, and its neighbours are', () => {
  const index = new PatternIndex<string>()
  index.set('a/b', 'one', '1')
  index.set('a/b', 'two', '2')
  index.set('a/b/c', 'one', '3')
  index.delete('a/b', 'one')
  index.delete('a', 'one')
  index.delete('never/set', 'one')
  expect(found(index, 'a/b')).toEqual(['two 2'])
  expect(found(index, 'a/b/c')).toEqual(['one 3'])
})

test('thirty thousand levels take no time to speak of', () => {
  const index = new PatternIndex<string>()
  index.set('+/'.repeat(30_000), 'owner', 'wild')
  expect(found(index, 'a/'.repeat(30_000))).toEqual(['owner wild'])
})
