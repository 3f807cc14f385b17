import { describe, expect, it } from 'vitest'
import type { RefusalReason } from '../../src/core/connection.js'
import { publishFailure } from '../../src/operations/publish-failure.js'

const failureFor = (refusal: RefusalReason) =>
  publishFailure(
    {
      sent: 2,
      acknowledged: 1,
      unassured: 0,
      unheard: 0,
      refused: 1,
      unacknowledged: 0,
      unread: { count: 0 },
      refusal,
      sourceError: undefined,
      connectionError: undefined,
      stalled: false,
      elapsed: 0
    },
    { channel: 'a', interrupted: undefined }
  )

describe('the failure of a publication that was refused', () => {
  it('says why, and what to do about it', () => {
    const refusal = { reason: 'quota exceeded', code: 'publish-refused', suggestion: 'send it again later' }
    expect(failureFor(refusal)).toMatchObject({
      kind: 'refused',
      code: 'publish-refused',
      message: expect.stringContaining('quota exceeded'),
      suggestion: 'send it again later'
    })
  })

  it('points to the log of the broker where nobody knows what to do', () => {
    const refusal = { reason: 'unspecified error', code: 'publish-refused' }
    expect(failureFor(refusal)).toMatchObject({ suggestion: "see the broker's log" })
  })

  it.each(['payload-too-large', 'not-encodable'])(
    'is bad input where MQTT cannot carry the message (%s): no broker was asked',
    (code) => {
      expect(failureFor({ reason: 'it is too large', code, suggestion: 'send less' })).toMatchObject({
        kind: 'bad-input',
        suggestion: 'send less'
      })
    }
  )
})
