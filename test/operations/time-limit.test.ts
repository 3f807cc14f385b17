import { describe, expect, it } from 'vitest'
import { startTimeLimit } from '../../src/operations/time-limit.js'
import { FakeClock } from '../support/fake-clock.js'

describe('a limit of time', () => {
  it('ends connecting when it is over, and says so', async () => {
    const clock = new FakeClock()
    const limit = startTimeLimit(clock, 2000)
    await clock.advance(1999)
    expect(limit.signal.aborted).toBe(false)
    await clock.advance(1)
    expect(limit.signal.reason).toMatchObject({ kind: 'connect', code: 'connect-timeout' })
  })

  it('ends nothing once there is a connection, which has what is left', async () => {
    const clock = new FakeClock()
    const limit = startTimeLimit(clock, 2000)
    await clock.advance(500)
    limit.connected()
    expect(limit.left()).toBe(1500)
    await clock.advance(5000)
    expect(limit.signal.aborted).toBe(false)
    expect(limit.left()).toBe(0)
  })

  it('may be none', async () => {
    const clock = new FakeClock()
    const limit = startTimeLimit(clock, undefined)
    await clock.advance(1e9)
    expect([limit.signal.aborted, limit.left()]).toEqual([false, undefined])
  })
})
