import { describe, expect, it } from 'vitest'
import { ContractCheck, type InvalidWish } from '../../src/core/contract-check.js'
import type { SubscribeOutcome } from '../../src/operations/subscribe.js'
import { subscribeFailure } from '../../src/operations/subscribe-failure.js'
import { textMessage } from '../support/memory-connection.js'
import { plainCondition } from '../support/plain-condition.js'
import { plainContract } from '../support/plain-contract.js'

const CONDITION = plainCondition(() => false)

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

it('who awaits the end of what is there, and is interrupted, has not received all of it', () => {
  const subscriptions = [{ pattern: 'orders', guarantee: 1, untilEnd: true }] as const
  const outcome = { received: 129, ended: 'stop' } as const
  expect(subscribeFailure(outcome, undefined, 'SIGINT', { subscriptions })).toMatchObject({
    kind: 'interrupted',
    message: 'interrupted: received 129 messages, before the end of what is there',
    details: { received: 129, signal: 'SIGINT' }
  })
  expect(subscribeFailure(outcome, undefined, undefined, { subscriptions })).toBeUndefined()
})

describe('what was there has come to its end', () => {
  const condition = CONDITION
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

it.each([
  [{ condition: CONDITION }, 'leave out --where to see what comes'],
  [{ changed: true }, 'leave out --changed to see what comes'],
  [{ condition: CONDITION, changed: true }, 'leave out --where and --changed to see what comes']
])('where nothing matched, only those filters are named that there are', (wanted, suggestion) => {
  const outcome = { received: 0, ended: 'timeout', unmatched: 1 } as const
  expect(subscribeFailure(outcome, undefined, undefined, wanted)).toMatchObject({ suggestion })
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

describe('with a contract', () => {
  const checked = (invalid: InvalidWish, texts: string) => {
    const check = new ContractCheck(plainContract(), invalid)
    for (const text of texts.split(' ')) check.pass(textMessage('a', text))
    return { check }
  }

  it.each([
    ['mark', { received: 2, ended: 'timeout' }, undefined, undefined],
    ['skip', { received: 1, ended: 'count' }, 1, undefined],
    ['skip', { received: 0, ended: 'idle' }, undefined, undefined],
    ['only', { received: 1, ended: 'timeout' }, 3, undefined],
    ['stop', { received: 2, ended: 'invalid' }, 9, undefined],
    ['mark', { received: 2, ended: 'stop' }, undefined, 'SIGINT'],
    ['mark', { received: 2, ended: 'stop' }, 3, 'SIGINT']
  ] as const)(
    '%s: wrong messages are the failure, whatever else is missing: %o of %s, %s',
    (invalid, outcome, count, signal) => {
      const failure = subscribeFailure(outcome, count, signal, checked(invalid, '1 !2'))
      expect(failure).toMatchObject({ kind: 'wrong-messages', code: 'contract-broken' })
      expect(failure?.message).toMatch(/^1 of 2 messages breaks "room.yaml"/)
    }
  )

  it.each([
    [
      'skip',
      { received: 3, ended: 'timeout' },
      9,
      '; received 3 of 9 messages that keep it: the time ran out'
    ],
    ['skip', { received: 0, ended: 'idle' }, 9, '; received 0 of 9 messages that keep it: the time ran out'],
    ['only', { received: 1, ended: 'end' }, 3, '; received 1 of 3 messages that break it: no more was there'],
    ['mark', { received: 2, ended: 'stop' }, 3, '; received 2 of 3 messages: it was stopped'],
    ['skip', { received: 9, ended: 'count' }, 9, ''],
    ['skip', { received: 3, ended: 'timeout' }, undefined, '']
  ] as const)(
    '%s: who asked for a number is told how many came: %o of %s',
    (invalid, outcome, count, told) => {
      const failure = subscribeFailure(outcome, count, 'SIGINT', checked(invalid, '1 !2'))
      expect(failure?.message).toBe(`1 of 2 messages breaks "room.yaml"${told}`)
      if (told !== '') expect(failure?.details).toMatchObject({ received: outcome.received, count, wrong: 1 })
    }
  )

  it('a connection that is down at the end counts more', () => {
    const outcome = { received: 2, ended: 'timeout', outage: 'reset' } as const
    expect(subscribeFailure(outcome, undefined, undefined, checked('mark', '!1'))?.kind).toBe('unfinished')
  })

  it('who wants only what is wrong has no failure where messages came and nothing is, unless a number was asked for', () => {
    const outcome = { received: 0, ended: 'timeout' } as const
    expect(subscribeFailure(outcome, undefined, undefined, checked('only', '1 2'))).toBeUndefined()
    expect(subscribeFailure(outcome, 1, undefined, checked('only', '1 2'))).toMatchObject({
      kind: 'nothing-received',
      message: 'received nothing that breaks the contract: the time ran out, and 2 messages keep it'
    })
    const nothing = { check: new ContractCheck(plainContract(), 'only') }
    expect(subscribeFailure(outcome, undefined, undefined, nothing)?.kind).toBe('nothing-received')
  })
})
