import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matchesPattern } from '../../../../src/core/channel-pattern.js'
import { TopicTree } from '../../../../src/transport/embedded/state/topic-tree.js'
import { mqttGrammar } from '../../../../src/transport/mqtt/channel-grammar.js'

const word = fc.constantFrom('a', 'b', '', '$x')
const name = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join('/'))
const filter = fc
  .tuple(fc.array(fc.oneof(word, fc.constant('+')), { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([words, open]) => [...words, ...(open ? ['#'] : [])].join('/'))

function treeOf(paths: readonly string[]): TopicTree<string> {
  const tree = new TopicTree<string>()
  for (const path of paths) tree.set(path, path)
  return tree
}

test('the filters of a topic name are those that match it one by one', () => {
  fc.assert(
    fc.property(fc.uniqueArray(filter, { maxLength: 8 }), name, (filters, topic) => {
      const expected = filters.filter((one) => matchesPattern(one, topic, mqttGrammar))
      expect(treeOf(filters).filtersOf(topic).sort()).toEqual(expected.sort())
    })
  )
})

test('the topic names of a filter are those that it matches one by one', () => {
  fc.assert(
    fc.property(fc.uniqueArray(name, { maxLength: 8 }), filter, (topics, one) => {
      const found = [...treeOf(topics).topicsOf(one)].filter(([, value]) => value !== undefined)
      const expected = topics.filter((topic) => matchesPattern(one, topic, mqttGrammar))
      expect(found.map(([, value]) => value).sort()).toEqual(expected.sort())
      expect(found.map(([path]) => path)).toEqual(found.map(([, value]) => value))
    })
  )
})

test('all names are listed, and what was deleted is not found while its neighbours are', () => {
  fc.assert(
    fc.property(fc.uniqueArray(name, { maxLength: 8 }), fc.array(name, { maxLength: 4 }), (topics, gone) => {
      const tree = treeOf(topics)
      for (const one of gone) tree.delete(one)
      const left = topics.filter((topic) => !gone.includes(topic))
      expect([...tree.entries()].map(([path]) => path).sort()).toEqual(left.sort())
      expect(tree.size).toBe(left.length)
      for (const one of left) expect(tree.get(one)).toBe(one)
      for (const one of gone) expect(tree.get(one)).toBeUndefined()
    })
  )
})
