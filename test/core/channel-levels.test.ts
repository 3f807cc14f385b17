import { expect, test } from 'vitest'
import { levelPaths, parentPath } from '../../src/core/channel-levels.js'

test.each([
  ['a/b/c', '/', ['a', 'a/b', 'a/b/c']],
  ['a', '/', ['a']],
  ['/a//', '/', ['', '/a', '/a/', '/a//']],
  ['a.b/c.d', '.', ['a', 'a.b/c', 'a.b/c.d']],
  ['a::b:c', '::', ['a', 'a::b:c']]
])('the level paths of %s, divided by %s', (channel, separator, paths) => {
  expect(levelPaths(channel, separator)).toEqual(paths)
})

test.each([
  ['a/b/c', '/', 'a/b'],
  ['/a', '/', ''],
  ['a', '/', undefined],
  ['a.b/c', '.', 'a'],
  ['a/b', '.', undefined]
])('%s, divided by %s, is below %s', (channel, separator, parent) => {
  expect(parentPath(channel, separator)).toBe(parent)
})
