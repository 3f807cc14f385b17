import { expect, it } from 'vitest'
import { exitCodeOf } from '../../src/cli/exit-codes.js'
import { type FailureKind, TidingsError } from '../../src/core/errors.js'

const codeOf = (kind: FailureKind, details: Record<string, string> = {}) =>
  exitCodeOf(new TidingsError(kind, 'x', { code: 'x', details }))

it('each kind of failure has a number of its own, which scripts rely on', () => {
  const kinds = [
    'usage',
    'connect',
    'refused',
    'unfinished',
    'bad-input',
    'nothing-received',
    'too-few-received',
    'output',
    'wrong-messages'
  ] as const
  expect(kinds.map((kind) => codeOf(kind))).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10])
})

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129]
])('a command that %s has interrupted ends with %d', (signal, code) => {
  expect(codeOf('interrupted', { signal })).toBe(code)
})
