import { describe, expect, it } from 'vitest'
import { TidingsError } from '../../src/core/errors.js'
import type { OutboxOutcome } from '../../src/core/outbox/outbox-outcome.js'
import { outboxPublishFailure, outboxSendFailure } from '../../src/operations/outbox-failure.js'

const counts = (acknowledged = 0, refused = 0) => ({ acknowledged, unassured: 0, unheard: 0, refused })
const nothing: OutboxOutcome = {
  stored: 0,
  own: counts(),
  others: counts(),
  refusal: undefined,
  reasons: [],
  unread: { count: 0 },
  reason: undefined,
  sender: undefined,
  sourceError: undefined,
  elapsed: 2_000_000
}
const away = new TidingsError('connect', 'nobody there', { code: 'connection-refused' })

describe('publishing through an outbox', () => {
  const failureOf = (outcome: Partial<OutboxOutcome>, interrupted?: string) =>
    outboxPublishFailure({ ...nothing, ...outcome }, { outbox: 'box', interrupted })

  it('does not fail where the rest is safe on disk', () => {
    expect(failureOf({ stored: 3, own: counts(1), reason: away })).toBeUndefined()
  })

  it.each([
    ['bad input', { stored: 1, sourceError: new TidingsError('bad-input', 'x', { code: 'c' }) }, 'bad-input'],
    [
      'a refusal',
      { stored: 1, own: counts(0, 1), refusal: { reason: 'no', code: 'publish-refused' } },
      'refused'
    ],
    ['a full disk', { stored: 1, sourceError: new TidingsError('output', 'x', { code: 'c' }) }, 'output']
  ])('fails for %s', (_why, outcome, kind) => {
    expect(failureOf(outcome, 'SIGINT')).toMatchObject({ kind })
  })

  it('names each reason of the broker, that of the first message first', () => {
    const reasons = ['there is no topic "a"', 'there is no topic "b"']
    const refusal = { reason: reasons[1] ?? '', code: 'no-such-topic' }
    expect(failureOf({ stored: 2, own: counts(0, 2), refusal, reasons })).toMatchObject({
      message: expect.stringMatching(/2 refused: there is no topic "b"; there is no topic "a"$/),
      // Refused messages wait no more: to send the outbox again would send none of them.
      suggestion: expect.stringMatching(/again: tidings publish --json --create < box\/refused\.ndjson$/)
    })
  })

  it('fails for a signal: not all was read', () => {
    expect(failureOf({ stored: 1, own: counts(1) }, 'SIGINT')).toMatchObject({
      kind: 'interrupted',
      details: { signal: 'SIGINT', outbox: 'box' }
    })
  })

  it('calls nothing acknowledged that was sent with QoS 0', () => {
    const own = { ...counts(3), unassured: 3 }
    expect(failureOf({ stored: 3, own, unread: { count: 3, reason: 'it hung up' } })).toMatchObject({
      kind: 'unfinished',
      message:
        '3 messages sent; 3 sent with QoS 0, and nothing shows that the broker has read them: it hung up',
      details: { acknowledged: 0, unread: 3 }
    })
  })
})

describe('sending an outbox', () => {
  const failureOf = (outcome: Partial<OutboxOutcome>, left = 0, interrupted?: string) =>
    outboxSendFailure({ ...nothing, ...outcome }, { outbox: 'box', left, interrupted })

  it('does not fail once nothing is left', () => {
    expect(failureOf({ others: counts(3) })).toBeUndefined()
  })

  it.each([
    ['another process is sending', { sender: 7 }, undefined, { kind: 'unfinished', code: 'outbox-busy' }],
    ['there is no connection', { reason: away }, undefined, { kind: 'connect', details: { left: 2 } }],
    ['something was refused', { others: counts(1, 1) }, undefined, { kind: 'refused' }],
    // That is why the rest was not sent.
    ['somebody has stopped it', { reason: away }, 'SIGINT', { kind: 'interrupted', details: { left: 2 } }]
  ])('fails where %s', (_why, outcome, interrupted, failure) => {
    expect(failureOf(outcome, 2, interrupted)).toMatchObject(failure)
  })
})
