import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileParameterRule, ParameterRules } from '../../../src/core/catalogue/parameter-rule.js'
import { matchesPattern, parseChannelPattern } from '../../../src/core/channel-pattern.js'
import { mqttGrammar } from '../../../src/transport/mqtt/channel-grammar.js'

const levels = (...of: string[]) => fc.array(fc.constantFrom(...of), { minLength: 1, maxLength: 4 })
const patterns = fc
  .tuple(fc.constantFrom('', '$share/g/'), levels('a', 'b', '', '+', '$c'), fc.constantFrom('', '/#'))
  .map(([group, of, rest]) => `${group}${of.join('/')}${rest}`)
  .filter((pattern) => pattern.includes('+'))

test('the first rule that matches is found among any rules', () => {
  fc.assert(
    fc.property(fc.array(patterns, { maxLength: 8 }), levels('a', 'b', '', '$c', 'x'), (rules, channel) => {
      const compiled = rules.map((rule) => compileParameterRule(rule, mqttGrammar))
      const expected = rules
        .map((rule) => parseChannelPattern(rule, mqttGrammar).pattern)
        .findIndex((pattern) => matchesPattern(pattern, channel.join('/'), mqttGrammar))
      expect(new ParameterRules(compiled, '$').find(channel)).toBe(compiled[expected])
    }),
    { numRuns: 2000 }
  )
})

test('a rule for all channels does not apply to channels that the protocol hides', () => {
  const everywhere = [compileParameterRule('+/#', mqttGrammar)]
  const isFound = (hidden: string | undefined, ...channel: string[]) =>
    new ParameterRules(everywhere, hidden).find(channel) !== undefined
  expect([isFound('_', '_sys', 'x'), isFound('_', '$SYS', 'x'), isFound('_', 'a', '_x')]).toEqual([
    false,
    true,
    true
  ])
  expect([isFound('$', '_sys', 'x'), isFound('$', '$SYS', 'x')]).toEqual([true, false])
  expect([isFound(undefined, '_sys', 'x'), isFound(undefined, '$SYS', 'x')]).toEqual([true, true])
})
