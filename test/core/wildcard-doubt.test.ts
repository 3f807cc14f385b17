import { expect, it } from 'vitest'
import { wildcardDoubt } from '../../src/core/wildcard-doubt.js'
import { mqttGrammar } from '../../src/transport/mqtt/channel-grammar.js'

it.each([
  ['foo/*', 'write foo/+ or foo/# if that is meant'],
  ['*', 'write + or # if that is meant'],
  ['foo/**', 'write foo/# if that is meant'],
  ['foo/*/bar', 'write foo/+/bar if that is meant'],
  ['*/x/*', 'write +/x/+ or +/x/# if that is meant'],
  ['$share/g/foo/*', 'write foo/+ or foo/# if that is meant'],
  ['sensor*', '"#" for all further ones']
])('tells of %s that its * is no wildcard', (pattern, end) => {
  const doubt = wildcardDoubt(pattern, mqttGrammar) ?? ''
  expect(doubt.startsWith(`the pattern "${pattern}" matches a channel with a "*" in its name`)).toBe(true)
  expect(doubt.endsWith(end)).toBe(true)
})

it.each(['foo/+', 'foo/#', 'foo', '+/#'])('has nothing to tell of %s', (pattern) => {
  expect(wildcardDoubt(pattern, mqttGrammar)).toBeUndefined()
})

it('has nothing to tell where the protocol has read * as its wildcard', () => {
  const grammar = { ...mqttGrammar, parsePattern: (text: string) => ({ pattern: text.replaceAll('*', '+') }) }
  expect(wildcardDoubt('foo/*', grammar)).toBeUndefined()
})
