import { describe, expect, it } from 'vitest'
import { Allowance } from '../../../src/core/catalogue/allowance.js'

const SECOND = 1_000_000

describe('an allowance of 10 a second', () => {
  it('gives out 10 at once, and no more', () => {
    const allowance = new Allowance(10)
    expect([allowance.take(6, 0), allowance.take(5, 0), allowance.take(4, 0)]).toEqual([true, false, true])
  })

  it('has as much again as time has passed', () => {
    const allowance = new Allowance(10)
    allowance.take(10, 0)
    expect(allowance.take(6, SECOND / 2)).toBe(false)
    expect(allowance.take(5, SECOND / 2)).toBe(true)
  })

  it('saves up no more than one second', () => {
    const allowance = new Allowance(10)
    allowance.take(10, 0)
    expect(allowance.take(10, 60 * SECOND)).toBe(true)
    expect(allowance.take(1, 60 * SECOND)).toBe(false)
  })

  it('gains nothing by a clock that goes back', () => {
    const allowance = new Allowance(10)
    allowance.take(10, 10 * SECOND)
    expect(allowance.take(1, 5 * SECOND)).toBe(false)
    expect(allowance.take(1, 10 * SECOND)).toBe(false)
  })
})
