import { expect, it } from 'vitest'
import { UnusedKeys } from '../../../src/core/asyncapi/unused-keys.js'

it('a key that is taken gets the next number that is free, and is taken then', () => {
  const keys = new UnusedKeys(['a', 'a_3'])
  expect(['a', 'a', 'b', 'b', 'a_2', 'a'].map((key) => keys.take(key))).toEqual([
    'a_2',
    'a_4',
    'b',
    'b_2',
    'a_2_2',
    'a_5'
  ])
})
