import { expect, it } from 'vitest'
import { silenceHints } from '../../src/cli/silence-hints.js'

const grammar = { silence: 'it denies', unkept: 'it keeps nothing' }
const shared = [{ pattern: 'a', guarantee: 1 as const, group: 'g' }]

it.each([
  ['a named broker', { broker: ['b'] }, {}, ['it keeps nothing', 'it denies']],
  ['the embedded broker, which denies nothing', {}, {}, ['it keeps nothing']],
  ['a session', { broker: 'b' }, { session: 's' }, ['it denies']],
  ['a group', {}, { subscriptions: shared }, []],
  ['who wants nothing of before', {}, { retained: 'skip' as const }, []],
  ['who wants nothing else', {}, { retained: 'only' as const }, ['it keeps nothing']]
])('to %s', (_who, flags, wish, hints) => {
  expect(silenceHints(grammar, flags, wish)).toEqual(hints)
})
