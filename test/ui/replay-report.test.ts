import { describe, expect, it } from 'vitest'
import { TidingsError } from '../../src/core/errors.js'
import { ReplayLateness } from '../../src/core/replay/replay-lateness.js'
import type { ReplayOutcome } from '../../src/core/replay/replay-outcome.js'
import { replayEnding } from '../../src/ui/replay-report.js'

const done: ReplayOutcome = {
  sent: 5,
  acknowledged: 5,
  unassured: 0,
  unheard: 0,
  refused: 0,
  unacknowledged: 0,
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
const asked = { interrupted: undefined, rounds: 1, dryRun: false, losses: [], unusedRules: [] }
const endingOf = (outcome: Partial<ReplayOutcome>, more: Partial<Parameters<typeof replayEnding>[1]> = {}) =>
  replayEnding({ ...done, ...outcome }, { ...asked, ...more })

const failures = {
  source: new TidingsError('bad-input', 'cannot read line 6', { code: 'bad-envelope' }),
  lost: new TidingsError('unfinished', 'lost', { code: 'connection-lost' })
}

describe('a replay that went well', () => {
  it('is summed up: how many, how fast, what was left out', () => {
    const { line, warnings, failure } = endingOf({ invalid: 2, passed: 3 })
    expect([warnings, failure]).toEqual([[], undefined])
    expect(line).toMatch(/5 messages in 2 s, 3\/s: all acknowledged.*2 broken lines.*3 /)
  })

  it('was only shown: there is nothing to sum up', () => {
    expect(endingOf({}, { dryRun: true }).line).toBeUndefined()
  })

  it('tells what was dropped of messages', () => {
    expect(endingOf({}, { losses: ['dropped 3 keys'] }).warnings).toEqual(['dropped 3 keys'])
  })
})

describe('a replay that sent nothing', () => {
  it('is warned of, and is no failure', () => {
    const { warnings, line, failure } = endingOf({ sent: 0, acknowledged: 0 })
    expect([warnings.length, line, failure]).toEqual([1, undefined, undefined])
  })

  it.each([{ ended: 'quit' }, { passed: 1 }] as const)('is what the user wished: %o', (more) => {
    expect(endingOf({ sent: 0, acknowledged: 0, ...more }).warnings).toEqual([])
  })
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
    expect(endingOf(outcome, { ...more, losses: ['dropped a key'] })).toMatchObject({
      failure: { kind },
      warnings: ['dropped a key']
    })
  })

  it('for what a dry run could not write, told as it is', () => {
    const failure = new TidingsError('output', 'disk full', { code: 'disk-full' })
    expect(endingOf({ connectionError: failure, unacknowledged: 1 }, { dryRun: true }).failure).toBe(failure)
  })

  it('not for a signal where it goes on for ever', () => {
    const rounds = Number.POSITIVE_INFINITY
    expect(endingOf({ ended: 'stop' }, { interrupted: 'SIGINT', rounds }).failure).toBeUndefined()
  })
})
