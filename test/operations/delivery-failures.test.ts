import { describe, expect, it } from 'vitest'
import { TidingsError } from '../../src/core/errors.js'
import {
  interruptedFailure,
  refusalHint,
  refusedFailure,
  sourceFailure
} from '../../src/operations/delivery-failures.js'

const delivered = { counts: 'published 3 of 5 messages', sent: 5, details: { acknowledged: 3 } }
const broken = new TidingsError('bad-input', 'cannot read line 6', {
  code: 'bad-envelope',
  suggestion: 'correct it',
  details: { line: 6 }
})

describe('a source that could not be read to its end', () => {
  it('is told with what was sent before', () => {
    expect(sourceFailure(broken, delivered)).toMatchObject({
      kind: 'bad-input',
      code: 'bad-envelope',
      suggestion: 'correct it',
      message: expect.stringContaining('published 3 of 5 messages'),
      details: { line: 6, acknowledged: 3 }
    })
  })

  it('is told as it is where nothing was sent, or where it is a bug', () => {
    expect(sourceFailure(broken, { ...delivered, sent: 0 })).toBe(broken)
    const bug = new RangeError('a bug')
    expect(sourceFailure(bug, delivered)).toBe(bug)
  })
})

describe('messages that were refused', () => {
  it.each(['payload-too-large', 'not-encodable', 'not-supported', 'bad-channel', 'bad-envelope'])(
    'are bad input where no broker was asked: %s',
    (code) => {
      expect(refusedFailure('2', { reason: 'r', code }, delivered).kind).toBe('bad-input')
    }
  )

  it('are told with the channel of the first, where that is known, and may be sent elsewhere', () => {
    const refusal = { reason: 'not allowed', code: 'publish-refused', channel: 'a/b' }
    const failure = refusedFailure('2', refusal, delivered, ', or elsewhere')
    expect(failure).toMatchObject({ kind: 'refused', details: { acknowledged: 3, channel: 'a/b' } })
    expect(failure.message).toContain('"a/b"')
    expect(failure.suggestion).toMatch(/, or elsewhere$/)
    expect(refusedFailure('2', undefined, delivered)).toMatchObject({ kind: 'refused' })
  })

  it('have the hint that came with them', () => {
    expect(refusalHint({ reason: 'r', code: 'c', suggestion: 'send less' })).toBe('send less')
  })
})

it('a signal is told with its name', () => {
  expect(interruptedFailure('SIGTERM', delivered)).toMatchObject({
    kind: 'interrupted',
    details: { signal: 'SIGTERM', acknowledged: 3 }
  })
})
