import { describe, expect, it } from 'vitest'
import { hexTailKinds } from '../../../src/core/catalogue/hex-tail.js'
import { NEVER } from '../../../src/core/catalogue/level-kind.js'

/** How many siblings like these it takes, by the longest tail that the first of them has. */
function fewestFor(...levels: string[]): number | undefined {
  const [kind] = hexTailKinds(levels[0] ?? '')
  const tails = levels.map((level) => hexTailKinds(level).find(({ key }) => key === kind?.key)?.tail ?? '')
  return kind?.fewest(tails)
}

describe('a hexadecimal number at the end of a level', () => {
  it('may be read in several ways', () => {
    expect(hexTailKinds('lamp_0a12').map(({ key, tail }) => [key, tail])).toEqual([
      ['hex 4 lamp_', '0a12'],
      ['hex 2 lamp_0a', '12']
    ])
  })

  it('need not be of one length where it is long', () => {
    expect(hexTailKinds('0a12b3c4')[0]?.key).toBe('hex  ')
    expect(hexTailKinds('dev-0a12b3')[0]?.key).toBe('hex  dev-')
    expect(hexTailKinds('deva12b3c')[0]?.key).not.toBe('hex  deva')
  })

  it.each(['lamp', 'x1', 'g', ''])('is none in %j', (level) => {
    expect(hexTailKinds(level)).toEqual([])
  })
})

describe('siblings', () => {
  it.each([
    [['a4cf126d01ff', 'a4cf126d0200'], 2],
    [['0a1b', '1f2e'], 2],
    [['0a', '10', '1f'], 3],
    [['10a', '16a'], NEVER],
    [['0a', '0b'], NEVER],
    [['decade', 'facade'], NEVER]
  ])('%j prove it with %d', (levels, fewest) => {
    expect(fewestFor(...levels)).toBe(fewest)
  })
})
