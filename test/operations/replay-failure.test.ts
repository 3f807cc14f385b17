import { describe, expect, it } from 'vitest'
import { TidingsError } from '../../src/core/errors.js'
import { ReplayLateness } from '../../src/core/replay/replay-lateness.js'
import type { ReplayOutcome } from '../../src/core/replay/replay-outcome.js'
import { type ReplayContext, replayFailure } from '../../src/operations/replay-failure.js'

const done: ReplayOutcome = {
  sent: 5,
  acknowledged: 5,
  unassured: 0,
  unheard: 0,
  refused: 0,
  unacknowledged: 0,
  answered: 0,
  refusal: undefined,
  unread: { count: 0 },
  lateness: new ReplayLateness(),
  invalid: 0,
  unsendable: 0,
  passed: 0,
  sourceError: undefined,
  connectionError: undefined,
  stalled: false,
  ended: 'end',
  elapsed: 2_000_000
}
const asked = { interrupted: undefined, rounds: 1, dryRun: false }
const failureOf = (outcome: Partial<ReplayOutcome>, more: Partial<ReplayContext> = {}) =>
  replayFailure({ ...done, ...outcome }, { ...asked, ...more })

const failures = {
  source: new TidingsError('bad-input', 'cannot read line 6', { code: 'bad-envelope' }),
  lost: new TidingsError('unfinished', 'lost', { code: 'connection-lost' })
}

it('a replay whose messages were all acknowledged does not fail', () => {
  expect(failureOf({})).toBeUndefined()
})

describe('a replay fails', () => {
  it.each([
    ['for a line that cannot be read', { sourceError: failures.source }, {}, 'bad-input'],
    ['for a refusal', { refused: 1, acknowledged: 4 }, {}, 'refused'],
    ['for a lost connection', { unacknowledged: 1, connectionError: failures.lost }, {}, 'unfinished'],
    ['for a broker that answers no more', { unacknowledged: 1, stalled: true }, {}, 'unfinished'],
    ['for a signal', { ended: 'stop' }, { interrupted: 'SIGINT' }, 'interrupted'],
    [
      'for the weightiest of several reasons',
      { sourceError: failures.source, refused: 1, unacknowledged: 1, connectionError: failures.lost },
      { interrupted: 'SIGINT' },
      'bad-input'
    ]
  ] as const)('%s', (_why, outcome, more, kind) => {
    expect(failureOf(outcome, more)).toMatchObject({ kind })
  })

  it('with what to skip: what is missing need not be the end', () => {
    const connectionError = failures.lost
    const outcome = { acknowledged: 3, unacknowledged: 2, answered: 1, connectionError }
    expect(failureOf(outcome)).toMatchObject({
      message: 'replayed 3 of 5 messages, 2 not acknowledged: lost',
      suggestion: 'continue before the first that is missing: --skip 1'
    })
  })

  it('with counts that say each thing once', () => {
    const refused = failureOf({ acknowledged: 0, refused: 5, answered: 5 })
    expect(refused).toMatchObject({ message: 'replayed 0 of 5 messages, 5 refused: no reason given' })
    const nothing = failureOf({ sent: 0, acknowledged: 0, connectionError: failures.lost })
    expect(nothing).toMatchObject({ message: 'replayed nothing: lost' })
  })

  it('for what a dry run could not write, told as it is', () => {
    const failure = new TidingsError('output', 'disk full', { code: 'disk-full' })
    expect(failureOf({ connectionError: failure, unacknowledged: 1 }, { dryRun: true })).toBe(failure)
  })

  it('not for a signal where it goes on for ever', () => {
    const rounds = Number.POSITIVE_INFINITY
    expect(failureOf({ ended: 'stop' }, { interrupted: 'SIGINT', rounds })).toBeUndefined()
  })
})
