import { describe, expect, it } from 'vitest'
import { timeLimitsOf } from '../../../src/cli/flags/time-limits.js'

const limits = (
  timeout: number | undefined,
  idle: number | undefined,
  retained: 'include' | 'skip' | 'only'
) => timeLimitsOf({ timeout, idle, retained })

describe('when receiving ends', () => {
  it('zero is no limit', () => {
    expect(limits(0, 0, 'include')).toEqual({ timeout: undefined, idle: undefined })
    expect(limits(5, 6, 'include')).toEqual({ timeout: 5, idle: 6 })
  })

  it('whoever wants retained messages only need not say after which silence', () => {
    expect(limits(undefined, undefined, 'only').idle).toBe(500)
    expect(limits(undefined, undefined, 'skip').idle).toBeUndefined()
    expect(limits(undefined, 0, 'only').idle).toBeUndefined()
    expect(limits(undefined, 7, 'only').idle).toBe(7)
  })
})
