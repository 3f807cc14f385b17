import { describe, expect, it } from 'vitest'
import type { Concluded } from '../../src/core/concluded.js'
import { ReplayLateness } from '../../src/core/replay/replay-lateness.js'
import type { ReplayOutcome } from '../../src/core/replay/replay-outcome.js'
import { replayEnding } from '../../src/ui/replay-report.js'

const done: Concluded<ReplayOutcome> = {
  failure: undefined,
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
const asked = { dryRun: false, losses: [], unusedRules: [], named: undefined }
const endingOf = (outcome: Partial<typeof done>, more: Partial<Parameters<typeof replayEnding>[1]> = {}) =>
  replayEnding({ ...done, ...outcome }, { ...asked, ...more })

describe('a replay that went well', () => {
  it('is summed up: how many, how fast, what was left out', () => {
    const { line, warnings, failure } = endingOf({ invalid: 2, passed: 3 })
    expect([warnings, failure]).toEqual([[], undefined])
    expect(line).toMatch(/5 messages in 2 s, 3\/s: all acknowledged.*2 broken lines.*3 /)
  })

  it('says of messages that cannot be sent why, by the first of them', () => {
    const left = { unsendable: 2, whyUnsendable: 'it has no payload' }
    expect(endingOf(left).line).toMatch(
      /; 2 messages left out that cannot be sent \(the first one: it has no payload\)$/
    )
    expect(endingOf({ ...left, sent: 0, acknowledged: 0 }).warnings).toEqual([
      'replayed nothing: 2 messages left out that cannot be sent (the first one: it has no payload)'
    ])
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

it('a replay that failed tells its failure and what was dropped, and no closing line', () => {
  const failure = new Error('refused')
  expect(endingOf({ failure }, { losses: ['dropped a key'] })).toEqual({
    failure,
    warnings: ['dropped a key']
  })
})

it('a rule for channels that nothing was sent on is warned of, if anything was sent', () => {
  expect(endingOf({}, { unusedRules: ['a=b'] }).warnings).toEqual([expect.stringContaining('"a=b"')])
  expect(endingOf({ sent: 0, ended: 'quit' }, { unusedRules: ['a=b'] }).warnings).toEqual([])
})
