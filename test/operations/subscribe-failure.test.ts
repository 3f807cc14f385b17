import { describe, expect, it } from 'vitest'
import type { SubscribeOutcome } from '../../src/operations/subscribe.js'
import { subscribeFailure } from '../../src/operations/subscribe-failure.js'

const failureOf = (outcome: Omit<SubscribeOutcome, 'elapsed'>, count?: number, signal?: string) =>
  subscribeFailure(outcome, count, signal)

describe('receiving has failed', () => {
  it.each([
    ['nothing-received', { received: 0, ended: 'timeout' }, undefined, undefined],
    ['nothing-received', { received: 0, ended: 'idle' }, 3, undefined],
    ['too-few-received', { received: 2, ended: 'timeout' }, 3, undefined],
    ['interrupted', { received: 2, ended: 'stop' }, 3, 'SIGINT'],
    ['unfinished', { received: 2, ended: 'timeout', outage: 'reset' }, undefined, undefined],
    ['unfinished', { received: 0, ended: 'timeout', outage: 'reset' }, 3, undefined]
  ] as const)('of kind %s: %o of %s, %s', (kind, outcome, count, signal) => {
    expect(failureOf(outcome, count, signal)).toMatchObject({
      kind,
      details: { received: outcome.received }
    })
  })
})

describe('what was there has come to its end', () => {
  const condition = { steps: 0, isMet: () => false, unjudged: { count: 0, reasons: [] } }
  it.each([
    ['nothing-received', { received: 0, ended: 'end', unmatched: 3 }, undefined, { condition }],
    ['nothing-received', { received: 0, ended: 'end' }, undefined, { condition }],
    ['nothing-received', { received: 0, ended: 'end' }, undefined, { changed: true }],
    ['nothing-received', { received: 0, ended: 'end' }, 3, {}],
    ['too-few-received', { received: 2, ended: 'end' }, 3, {}],
    ['too-few-received', { received: 2, ended: 'end', unmatched: 1 }, 3, { condition }]
  ] as const)('and that is a failure of kind %s: %o of %s', (kind, outcome, count, wanted) => {
    const failure = subscribeFailure(outcome, count, undefined, wanted)
    expect(failure).toMatchObject({ kind, details: { received: outcome.received } })
    expect(failure?.message).toContain('no more was there')
  })

  it.each([
    [{ received: 0, ended: 'end' }, undefined, {}],
    [{ received: 0, ended: 'end' }, 0, {}],
    [{ received: 1, ended: 'end', unmatched: 3 }, undefined, { condition }],
    [{ received: 3, ended: 'end' }, 3, {}]
  ] as const)('and all is well: %o of %s', (outcome, count, wanted) => {
    expect(subscribeFailure(outcome, count, undefined, wanted)).toBeUndefined()
  })
})

describe('all is well', () => {
  it.each([
    ['as many have come as were asked for', { received: 3, ended: 'count' }, 3, undefined],
    ['as many have come when the time ran out', { received: 3, ended: 'timeout' }, 3, undefined],
    [
      'something has come, and no number was asked for',
      { received: 1, ended: 'timeout' },
      undefined,
      undefined
    ],
    [
      'the user has stopped it, and no number was asked for',
      { received: 0, ended: 'stop' },
      undefined,
      'SIGINT'
    ],
    ['nobody reads any more', { received: 1, ended: 'stop' }, 3, undefined],
    ['the subscription alone was asked for', { received: 0, ended: 'count' }, 0, undefined]
  ] as const)('where %s', (_where, outcome, count, signal) => {
    expect(failureOf(outcome, count, signal)).toBeUndefined()
  })
})
