import { expect, it } from 'vitest'
import { silenceHints, subscriberHints } from '../../src/cli/silence-hints.js'

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

it.each([
  ['a channel that the broker would have refused', true, 'a.b', undefined, false],
  ['a pattern, which may match nothing', true, 'a.+', undefined, true],
  ['a channel that nobody checks', false, 'a.b', undefined, true],
  ['retained messages alone', false, 'a.b', 'only' as const, false]
])(
  'who subscribed to %s is told to look for it: %s %s %s %s',
  (_what, refusesUnknown, pattern, retained, isTold) => {
    const wish = { subscriptions: [{ pattern, guarantee: 1 as const }], retained }
    const hints = subscriberHints({ ...grammar, refusesUnknown }, { broker: 'b' }, wish)
    expect(hints.filter((hint) => !hint.includes('tidings channels'))).toEqual([
      'it keeps nothing',
      'it denies'
    ])
    expect(hints.length).toBe(isTold ? 3 : 2)
  }
)
