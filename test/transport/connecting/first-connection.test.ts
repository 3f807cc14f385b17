import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ConnectionOptions } from '../../../src/core/connection.js'
import { TidingsError } from '../../../src/core/errors.js'
import { firstConnection } from '../../../src/transport/connecting/first-connection.js'
import { connectionOptions } from '../../support/connection-options.js'

const network = { of: 'the broker' }
const gone = new TidingsError('connect', 'cannot connect to "a": connection refused', {
  code: 'connection-refused'
})
const denied = new TidingsError('refused', 'cannot connect to "a": not authorized', {
  code: 'not-authorized'
})

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Connects where the first attempts fail so; the last failure goes on for ever, unless it is `undefined`. */
function connect(failures: (TidingsError | undefined)[], more: Partial<ConnectionOptions> = {}) {
  const notices: string[] = []
  let attempts = 0
  const rotation = {
    lastFailure: () => failures.at(-1),
    connect: async () => {
      const failure = failures[Math.min(attempts++, failures.length - 1)]
      if (failure !== undefined) throw failure
      return network
    }
  }
  const outcome = firstConnection(rotation, {
    ...connectionOptions('mqtt://a'),
    wait: 0,
    onNotice: ({ text }) => notices.push(text),
    ...more
  })
  outcome.catch(() => undefined)
  return { outcome, notices, attempts: () => attempts }
}

describe('the first connection', () => {
  it('fails at once, unless the user wants to wait', async () => {
    const { outcome, attempts } = connect([gone])
    await expect(outcome).rejects.toBe(gone)
    expect(attempts()).toBe(1)
  })

  it('is tried again for as long as the user waits', async () => {
    const { outcome, attempts, notices } = connect([gone, gone, undefined], { wait: 60_000 })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(await outcome).toBe(network)
    expect(attempts()).toBe(3)
    // The same reason is told once.
    expect(notices).toEqual([`${gone.message}; trying again for 1m`])
  })

  it('fails with its reason once that time is over, and no later', async () => {
    const { outcome, attempts } = connect([gone], { wait: 10_000 })
    let isOver = false
    outcome.catch(() => {
      isOver = true
    })
    await vi.advanceTimersByTimeAsync(9_900)
    expect(isOver).toBe(false)
    await vi.advanceTimersByTimeAsync(200)
    await expect(outcome).rejects.toBe(gone)
    expect(attempts()).toBeGreaterThan(3)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is not tried again where the broker refuses', async () => {
    const { outcome, attempts } = connect([gone, denied], { wait: 60_000 })
    await vi.advanceTimersByTimeAsync(60_000)
    await expect(outcome).rejects.toBe(denied)
    expect(attempts()).toBe(2)
  })

  it('ends with Ctrl-C at once', async () => {
    const stop = new AbortController()
    const { outcome } = connect([gone], { wait: 60_000, signal: stop.signal })
    await vi.advanceTimersByTimeAsync(1)
    stop.abort('SIGINT')
    await expect(outcome).rejects.toMatchObject({ kind: 'interrupted', code: 'interrupted' })
    expect(vi.getTimerCount()).toBe(0)
  })

  it('says why it could not connect where the time of the command runs out', async () => {
    const stop = new AbortController()
    const { outcome } = connect([gone], { wait: 60_000, signal: stop.signal })
    await vi.advanceTimersByTimeAsync(1)
    stop.abort(
      new TidingsError('connect', 'the time ran out', { code: 'timed-out', suggestion: 'wait longer' })
    )
    await expect(outcome).rejects.toMatchObject({
      kind: 'connect',
      code: 'timed-out',
      message: `the time ran out: ${gone.message}`,
      suggestion: 'wait longer'
    })
  })
})
