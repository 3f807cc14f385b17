import { describe, expect, it } from 'vitest'
import { orAborted, runAttempt } from '../../../src/transport/connecting/attempt.js'

const never = (signal: AbortSignal) => orAborted(new Promise<never>(() => {}), signal)

describe('an attempt to connect', () => {
  it('ends with its result', async () => {
    const { signal } = new AbortController()
    expect(await runAttempt({ timeout: 0, signal }, async () => 'connected')).toBe('connected')
  })

  it('ends when its time is up', async () => {
    const { signal } = new AbortController()
    await expect(runAttempt({ timeout: 1, signal }, never)).rejects.toMatchObject({
      code: 'timeout',
      message: 'no answer within 1 ms'
    })
  })

  it('ends with the reason of the caller who stops it, before or while it runs', async () => {
    const stop = new AbortController()
    const running = runAttempt({ timeout: 0, signal: stop.signal }, never)
    stop.abort(new Error('enough'))
    await expect(running).rejects.toThrow('enough')
    await expect(runAttempt({ timeout: 0, signal: stop.signal }, never)).rejects.toThrow('enough')
  })
})
