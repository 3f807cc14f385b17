import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ChannelGrammar } from '../../../src/core/channel-grammar.js'
import {
  channelMapping,
  parseChannelRule,
  type ReplayGrammars
} from '../../../src/core/replay/replay-channel-map.js'
import { amqpGrammar } from '../../../src/transport/amqp/channel-grammar.js'
import { mqttGrammar } from '../../../src/transport/mqtt/channel-grammar.js'
import { textMessage } from '../../support/memory-connection.js'
import { mqttTarget } from '../../support/mqtt-target.js'
import { separatedGrammar } from '../../support/separated-grammar.js'

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

  test('does not change channels that no rule matches', () => {
    expect(map(['plant/# -> test/#'])('garden/1')).toBe('garden/1')
  })

  test('a leading wildcard does not match channels that start with $', () => {
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
    ['plant/{id}/# -> test/{id}/#', '"{id}" names a level, which rules do not'],
    ['plant/+ -> test/{id}', '"{id}" names a level, which rules do not'],
    ['a/+ -> b/+/+', 'the target has more "+" than the pattern'],
    ['a/+ -> b/#', 'the target has more "#" than the pattern'],
    ['a/# -> #/b', '"#" is not the last level'],
    ['a/# -> b#', 'not a whole level'],
    ['a/b# -> b', '"#" is not a whole last level'],
    ['$share/g/a -> b', 'a shared pattern is for subscribing']
  ])('refuses %s: %s', (rule, why) => {
    expect(() => parse(rule)).toThrow(why)
  })

  test('leaves it to the target to refuse a channel that becomes too long', () => {
    const mapped = map([], 'p'.repeat(65_000))('c'.repeat(1000))
    expect(() => mqttTarget().fit(textMessage(mapped))).toThrow('65535')
  })
})

describe('mapping channels that were recorded with slashes to a protocol that divides levels by dots', () => {
  const dots: ChannelGrammar = {
    ...separatedGrammar('.'),
    hidden: '_',
    spellChannel: (text) => text.replaceAll('/', '.')
  }
  const dotted = { recorded: mqttGrammar, target: dots }
  const mapToDots = (rules: string[], prefix?: string) =>
    channelMapping(
      rules.map((rule) => parseChannelRule(rule, dotted)),
      prefix,
      dotted
    )

  test('tells each channel that another separator has changed, and none that a rule has named', () => {
    const told: string[][] = []
    const rules = [parseChannelRule('named/# -> x.#', dotted)]
    const mapped = channelMapping(rules, undefined, dotted, (...names) => told.push(names))
    for (const channel of ['v/1.2', 'named/1.2', 'v/1.2']) mapped(channel)
    expect(told).toEqual([['v/1.2', 'v.1.2']])
  })

  test.each([
    ['plant/# -> test.plant.#', 'plant/1/temp', 'test.plant.1.temp'],
    ['plant/# -> test.plant.#', 'plant', 'test.plant'],
    ['plant/# -> test/plant/#', 'plant/1/temp', 'test.plant.1.temp'],
    ['+/+/temp -> temp.+.of.+', 'hall/7/temp', 'temp.hall.of.7'],
    ['a/+/# -> x.#', 'a/b/c/d', 'x.c.d'],
    ['# -> all.#', 'a//b', 'all.a..b'],
    ['a/b -> c', 'a/b', 'c'],
    // In the recorded protocol a dot is an ordinary character.
    ['a.b/+ -> x.+', 'a.b/c', 'x.c'],
    ['a.b/+ -> x.+', 'a/b/c', 'a.b.c']
  ])('%s sends %s to %s', (rule, channel, mapped) => {
    expect(mapToDots([rule])(channel)).toBe(mapped)
  })

  test('divides a channel by dots if no rule matches it, or if there is no rule', () => {
    expect(mapToDots(['plant/# -> test.#'])('garden/1')).toBe('garden.1')
    expect(mapToDots([])('garden/1/')).toBe('garden.1.')
  })

  test('puts the prefix before the channel, whether the prefix ends with a slash, a dot or neither', () => {
    const prefixes = ['t', 't.', 't/', 't/u', 't.u.']
    expect(prefixes.map((prefix) => mapToDots([], prefix)('a/b'))).toEqual([
      't.a.b',
      't.a.b',
      't.a.b',
      't.u.a.b',
      't.u.a.b'
    ])
    expect(mapToDots(['a/# -> x.#'], 't')('a/b')).toBe('t.x.b')
  })

  test('hides what the recorded protocol hides', () => {
    expect(mapToDots(['# -> all.#'])('$SYS/uptime')).toBe('$SYS.uptime')
    expect(mapToDots(['# -> all.#'])('_x/y')).toBe('all._x.y')
  })

  test('keeps levels as they are if no level holds a dot', () => {
    const level = fc.string({ unit: fc.constantFrom('a', 'b', '$', '_', '-', ' '), maxLength: 3 })
    fc.assert(
      fc.property(fc.array(level, { minLength: 1, maxLength: 6 }), (levels) => {
        const channel = levels.join('/')
        expect(mapToDots([])(channel).split('.')).toEqual(levels)
        fc.pre(!channel.startsWith('$'))
        expect(mapToDots(['# -> t.#'])(channel).split('.')).toEqual(['t', ...levels])
      })
    )
  })

  test('maps channels back if the two protocols are exchanged', () => {
    const back = channelMapping([], undefined, { recorded: dots, target: mqttGrammar })
    expect(back('a.b.c')).toBe('a/b/c')
    expect(back(mapToDots([])('a/b//c'))).toBe('a/b//c')
  })

  test.each([
    ['a.# -> b.#', '"#" is not a whole last level'],
    ['a/+ -> b.+.+', 'the target has more "+" than the pattern'],
    ['a/# -> #.b', '"#" is not the last level of the target'],
    ['a/# -> b.c#', 'a wildcard of the target is not a whole level']
  ])('refuses %s: %s', (rule, why) => {
    expect(() => parseChannelRule(rule, dotted)).toThrow(
      expect.objectContaining({ kind: 'usage', message: expect.stringContaining(why) })
    )
  })
})

describe('mapping addresses that are meant literally (/queues/NAME, /exchanges/NAME/KEY of RabbitMQ)', () => {
  const toMqtt = { recorded: amqpGrammar, target: mqttGrammar }
  const toAmqp = { recorded: mqttGrammar, target: amqpGrammar }
  const within = { recorded: amqpGrammar, target: amqpGrammar }
  const map = (grammars: ReplayGrammars, rule?: string) =>
    channelMapping(rule === undefined ? [] : [parseChannelRule(rule, grammars)], undefined, grammars)

  test.each(['/queues/orders.eu', '/exchanges/amq.direct/a.b', '/exchanges/X/a%2Fb.c'])(
    '%s keeps its spelling in another protocol, and on the way back',
    (address) => {
      expect(map(toMqtt)(address)).toBe(address)
      expect(map(toAmqp)(address)).toBe(address)
    }
  )

  test('divides a plain channel beside them as ever', () => {
    expect(map(toMqtt)('orders.eu')).toBe('orders/eu')
    expect(map(toAmqp)('queues/eu')).toBe('queues.eu')
  })

  test.each([
    [toMqtt, '/exchanges/amq.direct/# -> direct/#', '/exchanges/amq.direct/a.b', 'direct/a/b'],
    [toMqtt, '/exchanges/X/+.b -> x/+', '/exchanges/X/a.b', 'x/a'],
    [toMqtt, '/queues/orders.eu -> orders', '/queues/orders.eu', 'orders'],
    [toAmqp, 'direct/# -> /exchanges/amq.direct/#', 'direct/a/b', '/exchanges/amq.direct/a.b'],
    [within, '/exchanges/X/# -> /exchanges/test.X/#', '/exchanges/X/a.b', '/exchanges/test.X/a.b']
  ])('a rule gives them other names: %#', (grammars, rule, channel, mapped) => {
    expect(map(grammars, rule)(channel)).toBe(mapped)
  })
})
