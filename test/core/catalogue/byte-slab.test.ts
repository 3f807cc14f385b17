import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteSlab, LONGEST_IN_SLAB, NO_PLACE } from '../../../src/core/catalogue/byte-slab.js'

describe('bytes in a slab', () => {
  it('stay what they were, whatever else is written and given back', () => {
    const bytes = fc.uint8Array({ maxLength: LONGEST_IN_SLAB })
    const step = fc.record({ owner: fc.integer({ min: 0, max: 7 }), bytes, frees: fc.boolean() })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const slab = new ByteSlab()
        const kept = new Map<number, { place: number; bytes: Uint8Array }>()
        for (const { owner, bytes, frees } of steps) {
          const before = kept.get(owner)?.place ?? NO_PLACE
          if (frees && before !== NO_PLACE) {
            slab.free(before)
            kept.delete(owner)
          } else kept.set(owner, { place: slab.put(bytes, before), bytes })
          for (const { place, bytes } of kept.values())
            expect(Buffer.compare(slab.copy(place, bytes.length), bytes)).toBe(0)
        }
      })
    )
  })

  it('are many, in more than one page', () => {
    const slab = new ByteSlab()
    const places = Array.from({ length: 1000 }, (_, n) => slab.put(Buffer.alloc(200, n), NO_PLACE))
    expect(new Set(places).size).toBe(1000)
    for (const [n, place] of places.entries()) expect(slab.copy(place, 200)).toEqual(Buffer.alloc(200, n))
  })

  it('take the place again that was given back', () => {
    const slab = new ByteSlab()
    const place = slab.put(Buffer.from('abc'), NO_PLACE)
    slab.free(place)
    expect(slab.put(Buffer.from('defg'), NO_PLACE)).toBe(place)
    expect(slab.capacity(place)).toBe(32)
  })

  it('are copies, and none at no place', () => {
    const slab = new ByteSlab()
    const place = slab.put(Buffer.from('abc'), NO_PLACE)
    const copy = slab.copy(place, 3)
    slab.put(Buffer.from('xyz'), place)
    expect(copy.toString()).toBe('abc')
    expect(slab.copy(NO_PLACE, 3)).toEqual(Buffer.alloc(0))
  })
})
