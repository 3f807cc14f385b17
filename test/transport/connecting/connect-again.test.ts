import { describe, expect, it } from 'vitest'
import type { ConnectionNotice } from '../../../src/core/connection.js'
import { TidingsError } from '../../../src/core/errors.js'
import { connectAgain } from '../../../src/transport/connecting/connect-again.js'

const down = () =>
  new TidingsError('connect', 'cannot connect to "a": connection refused', {
    code: 'connection-refused',
    details: { broker: 'a' }
  })

/** Attempts that end one after the other as given; the last one ends so for ever. */
function again(results: readonly (TidingsError | string)[], stop = new AbortController(), atOnce = false) {
  const notices: ConnectionNotice[] = []
  let pauses = 0
  let tries = 0
  const left = [...results]
  const connected = connectAgain(
    {
      connect: async () => {
        const result = left.length > 1 ? left.shift() : left[0]
        if (typeof result === 'string') return result
        throw result
      },
      backOff: {
        next: () => {
          pauses++
          return 0
        }
      },
      onNotice: (notice) => {
        notices.push(notice)
        if (notices.length === 2) stop.abort()
      },
      onRetry: () => {
        tries++
      },
      atOnce
    },
    stop.signal
  )
  return { connected, notices, pauses: () => pauses, tries: () => tries }
}

describe('after a loss', () => {
  it('it connects again, however often that fails, and tells the same failure once', async () => {
    const { connected, notices, pauses, tries } = again([down(), down(), down(), 'network'])
    expect(await connected).toBe('network')
    expect(notices).toEqual([
      {
        kind: 'reconnecting',
        text: 'cannot connect to "a": connection refused',
        reason: 'connection refused'
      }
    ])
    expect([pauses(), tries()]).toEqual([4, 4])
  })

  it('the first attempt comes without a pause where that is wanted', async () => {
    const { connected, pauses } = again(['network'], undefined, true)
    await connected
    expect(pauses()).toBe(0)
  })

  it('a refusal ends it, and a broker that has moved is work that is not finished', async () => {
    const refused = new TidingsError('refused', 'no', { code: 'bad-credentials' })
    const moved = new TidingsError('connect', 'it has moved', { code: 'server-moved' })
    await expect(again([refused]).connected).rejects.toBe(refused)
    await expect(again([moved]).connected).rejects.toMatchObject({ kind: 'unfinished', code: 'server-moved' })
  })

  it('it ends without a connection once the caller stops', async () => {
    const other = new TidingsError('connect', 'unknown host', { code: 'unknown-host' })
    expect(await again([down(), other, down()]).connected).toBeUndefined()
  })
})
