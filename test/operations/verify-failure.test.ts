import { describe, expect, it } from 'vitest'
import { TidingsError } from '../../src/core/errors.js'
import type { RecordingReport } from '../../src/core/recording/recording-report.js'
import { verifyFailure } from '../../src/operations/verify-failure.js'

const whole: RecordingReport = {
  entries: 3,
  first: 0,
  last: 1,
  length: 1,
  wentBack: { times: 0, by: 0 },
  header: undefined,
  channels: new Map([['a', 3]]),
  damaged: 0,
  failure: undefined,
  torn: false
}
const failure = new TidingsError('bad-input', 'cannot read line 2 of "r": it is no JSON', {
  code: 'bad-line',
  details: { line: 2 }
})

describe('a recording that is not whole', () => {
  it('is bad input with the first failure, and how many more there are', () => {
    expect(verifyFailure(whole)).toBeUndefined()
    expect(verifyFailure({ ...whole, damaged: 1, failure })).toMatchObject({
      kind: 'bad-input',
      code: 'bad-line',
      message: failure.message,
      details: { line: 2, entries: 3, damaged: 1 }
    })
    expect(verifyFailure({ ...whole, damaged: 4, failure })?.message).toBe(`${failure.message} (and 3 more)`)
  })

  it('comes with what to do: drop a torn line, or replay what can be read', () => {
    expect(verifyFailure({ ...whole, damaged: 1, failure })?.suggestion).not.toContain('--append')
    expect(verifyFailure({ ...whole, damaged: 1, failure, torn: true })?.suggestion).toContain('--append')
  })
})
