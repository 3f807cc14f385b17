import { expect, test } from 'vitest'
import { SharedLists } from '../../../src/core/catalogue/shared-lists.js'

test('equal lists are one, and an other order is another list', () => {
  const lists = new SharedLists<string>()
  expect(lists.of(['a', 'b'])).toBe(lists.of(['a', 'b']))
  expect(lists.of(['b', 'a'])).toEqual(['b', 'a'])
  expect(lists.of([])).toEqual([])
})
