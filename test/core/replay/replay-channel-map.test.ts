import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { channelMapping, parseChannelRule } from '../../../src/core/replay/replay-channel-map.js'
import { mqttGrammar } from '../../../src/transport/mqtt/channel-grammar.js'

const grammars = { recorded: mqttGrammar, target: mqttGrammar }
const parse = (rule: string) => parseChannelRule(rule, grammars)
const map = (rules: string[], prefix?: string) => channelMapping(rules.map(parse), prefix, grammars)

describe('mapping channels', () => {
  test.each([
    ['plant/# -> test/plant/#', 'plant/1/temp', 'test/plant/1/temp'],
    ['plant/# -> test/plant/#', 'plant', 'test/plant'],
    ['+/+/temp -> temp/+/of/+', 'hall/7/temp', 'temp/hall/of/7'],
    ['a/+/# -> x/#', 'a/b/c/d', 'x/c/d'],
    ['a/+/# -> x/+', 'a/b/c/d', 'x/b'],
    ['# -> all/#', 'a//b', 'all/a//b'],
    ['a/b -> c', 'a/b', 'c'],
    ['plant/#->p/#', 'plant/x', 'p/x']
  ])('%s sends %s to %s', (rule, channel, mapped) => {
    expect(map([rule])(channel)).toBe(mapped)
  })

  test('leaves channels alone that no rule concerns', () => {
    expect(map(['plant/# -> test/#'])('garden/1')).toBe('garden/1')
  })

  test('a leading wildcard does not concern channels that start with $', () => {
    expect(map(['# -> all/#'])('$SYS/uptime')).toBe('$SYS/uptime')
  })

  test('the first rule that matches counts, and the prefix comes before its result', () => {
    expect(map(['a/b -> first', 'a/# -> second/#'], 'test')('a/b')).toBe('test/first')
    expect(map(['a/b -> first', 'a/# -> second/#'], 'test/')('a/c')).toBe('test/second/c')
  })

  test('mapping # to a prefix is the same as the prefix', () => {
    const level = fc.string({ unit: fc.constantFrom('a', 'b', 'ä', '-', '>', ' ') })
    const channels = fc
      .array(level, { minLength: 1, maxLength: 6 })
      .map((levels) => levels.join('/'))
      .filter((text) => text !== '')
    fc.assert(
      fc.property(channels, (channel) => {
        expect(map(['# -> t/#'])(channel)).toBe(map([], 't')(channel))
      })
    )
  })

  test.each([
    ['plant/#', 'it has no arrow'],
    ['plant/# -> ', 'it has no arrow'],
    ['a/+ -> b/+/+', 'the target has more "+" than the pattern'],
    ['a/+ -> b/#', 'the target has more "#" than the pattern'],
    ['a/# -> #/b', '"#" is not the last level'],
    ['a/# -> b#', 'not a whole level'],
    ['a/b# -> b', '"#" is not a whole last level']
  ])('refuses %s: %s', (rule, why) => {
    expect(() => parse(rule)).toThrow(why)
  })
})
