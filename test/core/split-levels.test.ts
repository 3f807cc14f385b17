import { expect, it } from 'vitest'
import { splitLevels } from '../../src/core/split-levels.js'

it.each([
  ['a/b', 'a.b'],
  ['a.b', 'a.b'],
  ['v1.2', 'v1.2'],
  ['/exchanges/x.y/a%2fb', '/exchanges/x.y/a%2Fb']
])('a channel "%s" that is spelt "%s" keeps its levels', (channel, spelled) => {
  expect(splitLevels(channel, spelled, '.')).toBeUndefined()
})

it('a channel with a dot in a level has more levels where dots divide them', () => {
  expect(splitLevels('v/1.2', 'v.1.2', '.')).toBe(
    '"v/1.2" is "v.1.2" at this broker: "." divides levels there, so a level that holds one becomes several'
  )
})
