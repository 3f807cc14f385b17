import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkChannelName } from '../../../src/core/channel-name.js'
import {
  compilePattern,
  coversPattern,
  overlapsPattern,
  parseChannelPattern
} from '../../../src/core/channel-pattern.js'
import { TidingsError } from '../../../src/core/errors.js'
import { addressOf, formatChannel } from '../../../src/transport/amqp/channel-address.js'
import { amqpGrammar } from '../../../src/transport/amqp/channel-grammar.js'
import { transports } from '../../../src/transport/transports.js'

const spell = (text: string) => checkChannelName(text, amqpGrammar)

function refusal(check: () => unknown): TidingsError {
  try {
    check()
  } catch (error) {
    if (error instanceof TidingsError) return error
    throw error
  }
  throw new Error('it was accepted')
}

describe('a routing key', () => {
  it.each([
    ['plant.1.temp', 'plant.1.temp'],
    ['plant/1/temp', 'plant.1.temp'],
    ['user_signed_up', 'user_signed_up'],
    ['/a', '.a'],
    ['a..b', 'a..b'],
    ['grüße.🎉', 'grüße.🎉']
  ])('%s is %s', (text, key) => {
    expect(spell(text)).toBe(key)
    expect(addressOf(spell(text))).toEqual({ exchange: undefined, key })
  })

  it.each([
    ['/exchanges/orders/a.b', { exchange: 'orders', key: 'a.b' }],
    ['/exchanges/orders/a/b', { exchange: 'orders', key: 'a/b' }],
    ['/exchanges/orders/a%2Fb%25', { exchange: 'orders', key: 'a/b%' }],
    ['/exchanges/a%2Fb/%2A', { exchange: 'a/b', key: '*' }],
    ['/exchanges/logs', { exchange: 'logs', key: '' }],
    ['/exchanges/logs/', { exchange: 'logs', key: '' }],
    ['/queues/jobs', { exchange: '', key: 'jobs' }],
    ['/queues/a%2Fb', { exchange: '', key: 'a/b' }]
  ])('in the long form, %s is meant literally', (text, address) => {
    expect(addressOf(spell(text))).toEqual(address)
  })

  it.each([
    ['', 'it is empty'],
    ['a.*', 'it holds a wildcard'],
    ['a/+', 'it holds a wildcard'],
    ['/exchanges/x/#', 'it holds a wildcard'],
    ['/queues/', 'it names no queue'],
    ['/exchanges/', 'it names no exchange'],
    ['/exchanges//a', 'it names no exchange'],
    ['/queues/%', '"%" escapes are not valid'],
    ['/queues/%00', 'the queue holds a NUL character'],
    ['ä'.repeat(128), 'the routing key is 256 bytes long, and 255 is the most'],
    [`/exchanges/${'x'.repeat(256)}/k`, 'the exchange is 256 bytes long']
  ])('cannot be "%s"', (text, why) => {
    expect(refusal(() => spell(text))).toMatchObject({ kind: 'usage', code: 'bad-channel' })
    expect(refusal(() => spell(text)).message).toContain(why)
  })

  it('of a received message becomes a channel that leads back to it', () => {
    const name = fc.string({ unit: 'grapheme', maxLength: 30 })
    fc.assert(
      fc.property(name, name, fc.boolean(), (exchange, key, isOwn) => {
        fc.pre(exchange !== '' || key !== '')
        const own = isOwn && exchange !== '' ? exchange : 'amq.topic'
        const channel = formatChannel(exchange, key, own)
        const address = addressOf(amqpGrammar.spellChannel(channel))
        expect({ exchange: address.exchange ?? own, key: address.key }).toEqual({ exchange, key })
        if (!`${exchange}${key}`.includes('\0')) expect(amqpGrammar.whyNotChannel(channel)).toBeUndefined()
      })
    )
  })

  it('is shown alone where it is one of the exchange of the URL', () => {
    expect(formatChannel('amq.topic', 'a.b', 'amq.topic')).toBe('a.b')
    expect(formatChannel('amq.topic', 'a/b', 'amq.topic')).toBe('/exchanges/amq.topic/a%2Fb')
    expect(formatChannel('orders', 'a.b', 'amq.topic')).toBe('/exchanges/orders/a.b')
    expect(formatChannel('', 'jobs', 'amq.topic')).toBe('/queues/jobs')
  })
})

describe('a binding key', () => {
  const parse = (text: string) => parseChannelPattern(text, amqpGrammar).pattern

  it.each([
    ['plant.+.temp', 'plant.+.temp'],
    ['plant.*.temp', 'plant.+.temp'],
    ['plant/+/temp', 'plant.+.temp'],
    ['*', '+'],
    ['*.*.#', '+.+.#'],
    ['#', '#'],
    ['plant/#', 'plant.#'],
    ['/exchanges/orders/*.b', '/exchanges/orders/+.b'],
    ['/exchanges/orders/#', '/exchanges/orders/#'],
    ['/exchanges/a.*/k', '/exchanges/a.%2A/k'],
    ['/exchanges/my%20own/a%2eb.*', '/exchanges/my own/a.b.+'],
    ['/exchanges/logs', '/exchanges/logs/'],
    ['/exchanges/orders/a/b.#', '/exchanges/orders/a%2Fb.#'],
    ['/queues/jobs', '/queues/jobs']
  ])('%s is %s', (text, pattern) => {
    expect(parse(text)).toBe(pattern)
  })

  it.each([
    ['a.b*', '"*" is not a whole level'],
    ['a+', '"+" is not a whole level'],
    ['#.error', '"#" is not a whole last level'],
    ['/queues/*', 'a queue has one name, and no wildcards'],
    ['/queues/', 'it names no queue'],
    ['', 'it is empty']
  ])('cannot be "%s"', (text, why) => {
    expect(refusal(() => parse(text))).toMatchObject({ kind: 'usage', code: 'bad-pattern' })
    expect(refusal(() => parse(text)).message).toContain(why)
  })

  it.each([
    ['plant.*.temp', 'plant.1.temp', true],
    ['plant.*.temp', 'plant.1.2.temp', false],
    ['plant.#', 'plant', true],
    ['/exchanges/x.y/+', '/exchanges/x.y/a', true],
    ['/exchanges/x.y/+', '/exchanges/x.y/a.b', false],
    ['/exchanges/x.y/#', '/exchanges/x.y/a.b', true]
  ])('%s and %s: %s', (pattern, channel, isMatch) => {
    expect(compilePattern(parse(pattern), amqpGrammar)(channel)).toBe(isMatch)
  })

  it('takes the group of a pattern that is written for MQTT', () => {
    expect(amqpGrammar.parsePattern('$share/g/a/+')).toEqual({ group: 'g', pattern: 'a.+' })
    expect(amqpGrammar.parsePattern('$share/g')).toEqual({ why: 'it names no filter after the group' })
    expect(amqpGrammar.parsePattern('$share.g.a')).toEqual({ pattern: '$share.g.a' })
  })

  it.each([
    ['#', '/exchanges/x/#', false, false],
    ['#', '/queues/jobs', false, false],
    ['+', '/queues/jobs', false, false],
    ['a.#', 'a.+', true, true],
    ['/exchanges/x/#', '/exchanges/x/a.b', true, true],
    ['/exchanges/x/+', '/exchanges/x/a', true, true],
    ['/exchanges/x/+', '/exchanges/x/a.b', false, false],
    ['/exchanges/x/+', '/exchanges/x/#', false, true],
    ['/exchanges/x/a.+', '/exchanges/x/+.b', false, true],
    ['/exchanges/x/#', '/exchanges/y/#', false, false],
    ['/exchanges/x.y/#', '/exchanges/x.z/#', false, false]
  ])('%s covers %s: %s; overlaps with it: %s', (outer, inner, covers, overlaps) => {
    const [one, other] = [parse(outer), parse(inner)]
    expect(coversPattern(one, other, amqpGrammar)).toBe(covers)
    expect(overlapsPattern(one, other, amqpGrammar)).toBe(overlaps)
    expect(overlapsPattern(other, one, amqpGrammar)).toBe(overlaps)
  })

  it('matches the channels of what it brings, however it is spelled', () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 10 })
      .filter((text) => !/[.\0]/.test(text))
    fc.assert(
      fc.property(name, name, name, (exchange, first, second) => {
        const escaped = (text: string) => encodeURIComponent(text).replaceAll('*', '%2A')
        const pattern = parse(`/exchanges/${escaped(exchange)}/${escaped(first)}.*`)
        const channel = formatChannel(exchange, `${first}.${second}`, 'amq.topic')
        expect(compilePattern(pattern, amqpGrammar)(channel)).toBe(true)
      })
    )
  })

  it('of a group or session is bounded by the name of its queue', () => {
    expect(amqpGrammar.whyNotSession?.('s'.repeat(248))).toBe('it is longer than 247 bytes')
    expect(amqpGrammar.whyNotGroup?.('g'.repeat(247))).toBeUndefined()
    expect(amqpGrammar.whyNotGroup?.('g'.repeat(248))).toBe('it is longer than 247 bytes')
  })
})

describe("a key on the exchange of the broker's URL", () => {
  const grammarOf = async (url: string) => (await transports.find([url])).protocol.grammar

  it.each([
    ['amqp://localhost', '/exchanges/amq.topic/a.b', 'a.b'],
    ['amqp://localhost', '/exchanges/amq.topic/50%25', '50%'],
    ['amqp://localhost/shop?exchange=orders', '/exchanges/orders/a.b', 'a.b'],
    ['amqp://localhost/shop?exchange=orders', '/exchanges/amq.topic/a.b', '/exchanges/amq.topic/a.b'],
    ['amqp://localhost', '/exchanges/amq.topic/a%2Fb', '/exchanges/amq.topic/a%2Fb'],
    ['amqp://localhost', '/exchanges/amq.topic/', '/exchanges/amq.topic/'],
    ['amqp://localhost', '/exchanges/amq.topic/50%', '/exchanges/amq.topic/50%']
  ])('has one name: at %s, %s is %s', async (url, written, name) => {
    expect((await grammarOf(url)).spellChannel(written)).toBe(name)
  })

  it('has one name in patterns, too: that of the messages which match', async () => {
    const grammar = await grammarOf('amqp://localhost/shop?exchange=orders')
    expect(grammar.parsePattern('/exchanges/orders/*.paid.#')).toEqual({ pattern: '+.paid.#' })
    expect(grammar.parsePattern('$share/g//exchanges/orders/#')).toEqual({ group: 'g', pattern: '#' })
    expect(grammar.parsePattern('/exchanges/returns/#')).toEqual({ pattern: '/exchanges/returns/#' })
  })

  it('of a URL that is not valid is told when the URL is read', async () => {
    expect((await grammarOf('amqp://localhost/?exchange=%')).spellChannel('a/b')).toBe('a.b')
  })
})
