import fc from 'fast-check'
import { expect, it } from 'vitest'
import { formatGrouped } from '../../src/core/grouped-number.js'

it('digits stand in groups of three, as English writes them', () => {
  const english = new Intl.NumberFormat('en')
  fc.assert(
    fc.property(fc.nat(Number.MAX_SAFE_INTEGER), (count) => {
      expect(formatGrouped(count)).toBe(english.format(count))
    })
  )
})
