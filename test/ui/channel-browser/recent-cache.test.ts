import { expect, it } from 'vitest'
import { RecentCache } from '../../../src/ui/channel-browser/recent-cache.js'

it('makes a value once for each recent key, and forgets the oldest keys', () => {
  const cache = new RecentCache<{ name: string }, string>(2)
  const made: string[] = []
  const keys = ['a', 'b', 'c'].map((name) => ({ name }))
  const get = (index: number) => {
    const key = keys[index] ?? { name: 'none' }
    return cache.get(key, () => {
      made.push(key.name)
      return key.name.toUpperCase()
    })
  }
  expect([get(0), get(0), get(1), get(2), get(1), get(0)]).toEqual(['A', 'A', 'B', 'C', 'B', 'A'])
  expect(made).toEqual(['a', 'b', 'c', 'a'])
})
