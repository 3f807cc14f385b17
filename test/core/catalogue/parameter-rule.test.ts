import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileParameterRule, ParameterRules } from '../../../src/core/catalogue/parameter-rule.js'
import { matchesPattern } from '../../../src/core/channel-pattern.js'
import { mqttGrammar } from '../../../src/transport/mqtt/channel-grammar.js'

const levels = (...of: string[]) => fc.array(fc.constantFrom(...of), { minLength: 1, maxLength: 4 })
const patterns = fc
  .tuple(levels('a', 'b', '', '+', '$c'), fc.constantFrom('', '/#'))
  .map(([of, rest]) => `${of.join('/')}${rest}`)
  .filter((pattern) => pattern.includes('+'))

test('the first rule that matches is found, whatever the others are', () => {
  fc.assert(
    fc.property(fc.array(patterns, { maxLength: 8 }), levels('a', 'b', '', '$c', 'x'), (rules, channel) => {
      const compiled = rules.map((rule) => compileParameterRule(rule, mqttGrammar))
      const expected = rules.findIndex((rule) => matchesPattern(rule, channel.join('/'), mqttGrammar))
      expect(new ParameterRules(compiled, '$').find(channel)).toBe(compiled[expected])
    }),
    { numRuns: 2000 }
  )
})
