import { describe, expect, it } from 'vitest'
import type { RefusalReason } from '../../src/core/connection.js'
import { TidingsError } from '../../src/core/errors.js'
import type { PublishOutcome } from '../../src/core/publish-outcome.js'
import { publishFailure } from '../../src/operations/publish-failure.js'

const outcome: PublishOutcome = {
  sent: 2,
  acknowledged: 1,
  unassured: 0,
  unheard: 0,
  refused: 1,
  unacknowledged: 0,
  answered: 0,
  unread: { count: 0 },
  refusal: undefined,
  sourceError: undefined,
  connectionError: undefined,
  stalled: false,
  elapsed: 0
}
const failureOf = (more: Partial<PublishOutcome>) =>
  publishFailure({ ...outcome, ...more }, { channel: 'a', interrupted: undefined })
const failureFor = (refusal: RefusalReason) => failureOf({ refusal })

describe('the failure of a publication that is unfinished', () => {
  const lost = new TidingsError('unfinished', 'the connection was lost', { code: 'connection-lost' })
  const unfinished = { refused: 0, connectionError: lost }

  it('says before which message nothing is missing: what is missing need not be the end', () => {
    const failure = failureOf({
      ...unfinished,
      sent: 80,
      acknowledged: 48,
      unacknowledged: 32,
      answered: 20
    })
    expect(failure).toMatchObject({
      message: 'published 48 of 80 messages to a: 32 not acknowledged: the connection was lost',
      suggestion: expect.stringContaining(
        'send again what follows the first 20 messages, of which none is missing'
      )
    })
    expect(failure).toMatchObject({ suggestion: expect.stringContaining('--outbox DIR') })
  })

  it('says so only where it is known', () => {
    const one = { ...unfinished, unacknowledged: 1 }
    const suggestion = expect.stringContaining('send again what is missing')
    expect(failureOf(one)).toMatchObject({ suggestion })
    expect(failureOf({ ...one, answered: 1, unread: { count: 1 } })).toMatchObject({ suggestion })
  })

  it('does not count what never was', () => {
    const none = { ...unfinished, sent: 0, acknowledged: 0 }
    expect(failureOf(none)).toMatchObject({ message: 'published nothing to a: the connection was lost' })
  })
})

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
