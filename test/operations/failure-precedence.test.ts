import { describe, expect, it } from 'vitest'
import { type FailureKind, TidingsError } from '../../src/core/errors.js'
import { weightiestFailure } from '../../src/operations/failure-precedence.js'

const failure = (kind: FailureKind, code: string = kind) => new TidingsError(kind, kind, { code })

describe('the failure that is told if several happened', () => {
  // The order in the documentation of the exit codes: 9, 6, 4, 3, 5, 8, 7. An interruption counts only if nothing else went wrong.
  const order: FailureKind[] = [
    'output',
    'bad-input',
    'refused',
    'connect',
    'unfinished',
    'too-few-received',
    'nothing-received',
    'interrupted'
  ]

  it.each(order.slice(1).map((kind, index) => [order[index] ?? kind, kind] as const))(
    '%s counts before %s, in any order',
    (heavier, lighter) => {
      expect(weightiestFailure([failure(lighter), undefined, failure(heavier)])?.kind).toBe(heavier)
      expect(weightiestFailure([failure(heavier), failure(lighter)])?.kind).toBe(heavier)
    }
  )

  it('is the first of two failures of a kind, and none if none happened', () => {
    expect(weightiestFailure([failure('refused', 'a'), failure('refused', 'b')])?.code).toBe('a')
    expect(weightiestFailure([undefined])).toBeUndefined()
  })
})
