import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkChannelName } from '../../../src/core/channel-name.js'
import { compilePattern, matchesPattern, parseChannelPattern } from '../../../src/core/channel-pattern.js'
import { mqttGrammar, sharedFilter } from '../../../src/transport/mqtt/channel-grammar.js'

describe('a topic', () => {
  const check = (text: string) => checkChannelName(text, mqttGrammar)

  function refusal(text: string): unknown {
    try {
      return check(text)
    } catch (error) {
      return error
    }
  }

  it.each([
    'user_signed_up',
    'lights/kitchen/1',
    '/',
    '//',
    ' ',
    '$SYS/x',
    'grüße/🎉',
    '__proto__',
    'a\u001bb'
  ])('can be "%s" and stays as it is', (topic) => {
    expect(check(topic)).toBe(topic)
  })

  it('has 65,535 bytes at most [MQTT-4.7.3-3]', () => {
    expect(check('x'.repeat(65_535))).toHaveLength(65_535)
    expect(refusal(`${'ü'.repeat(32_767)}xx`)).toMatchObject({
      kind: 'usage',
      code: 'bad-channel',
      message: expect.stringMatching(/^cannot use channel "ü+…" \(32769 characters\): it is 65536 bytes long/)
    })
  })

  it('is not empty [MQTT-4.7.3-1]', () => {
    expect(refusal('')).toMatchObject({ message: 'cannot use channel "": it is empty' })
  })

  it.each(['#', 'a/+', 'a+b', 'a#'])('holds no wildcard, as "%s" does [MQTT-3.3.2-2]', (text) => {
    expect(refusal(text)).toMatchObject({
      kind: 'usage',
      message: `cannot use channel "${text}": it holds a wildcard`,
      suggestion: expect.stringContaining('for subscribing')
    })
  })

  it('holds no NUL [MQTT-4.7.3-2], which is shown without being printed', () => {
    expect(refusal('a\0b')).toMatchObject({
      message: 'cannot use channel "a\\u0000b": it holds a NUL character'
    })
  })

  it('holds no lone surrogate [MQTT-1.5.4-1]', () => {
    expect(refusal('a\ud83d')).toMatchObject({ message: expect.stringContaining('surrogate') })
    expect(refusal('\ude00a')).toMatchObject({ message: expect.stringContaining('surrogate') })
  })

  it('can be any Unicode text without wildcards and NUL', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
        fc.pre(!/[+#\0]/.test(text))
        expect(check(text)).toBe(text)
      })
    )
  })
})

/** The standard's section 4.7, level by level, without a thought for speed. */
function matchesBySpecification(pattern: string, channel: string): boolean {
  const levels = channel.split('/')
  const filter = pattern.startsWith('$share/') ? pattern.split('/').slice(2) : pattern.split('/')
  if ((filter[0] === '+' || filter[0] === '#') && channel.startsWith('$')) return false
  const match = (f: readonly string[], l: readonly string[]): boolean => {
    if (f[0] === '#') return true
    if (f.length === 0 || l.length === 0) return f.length === l.length
    return (f[0] === '+' || f[0] === l[0]) && match(f.slice(1), l.slice(1))
  }
  return match(filter, levels)
}

/** The topic filter as a user writes it, against the topic. */
function matches(text: string, topic: string): boolean {
  return matchesPattern(parseChannelPattern(text, mqttGrammar).pattern, topic, mqttGrammar)
}

const level = fc.constantFrom('', 'a', 'b', 'ab', '$SYS', '$', 'ü')
const topics = fc.array(level, { minLength: 1, maxLength: 5 }).map((levels) => levels.join('/'))
const filters = fc
  .tuple(fc.array(fc.oneof(level, fc.constant('+')), { maxLength: 5 }), fc.boolean())
  .map(([levels, rest]) => [...levels, ...(rest ? ['#'] : [])].join('/'))
  .filter((filter) => filter !== '')
const patterns = fc.oneof(
  filters,
  filters.map((filter) => sharedFilter('group', filter))
)

describe('a topic filter', () => {
  it('matches exactly the topics that section 4.7 of the standard says', () => {
    fc.assert(
      fc.property(patterns, topics, (pattern, topic) => {
        const expected = matchesBySpecification(pattern, topic)
        expect(matches(pattern, topic)).toBe(expected)
        const compiled = compilePattern(parseChannelPattern(pattern, mqttGrammar).pattern, mqttGrammar)
        expect(compiled(topic)).toBe(expected)
      }),
      { numRuns: 3000 }
    )
  })

  it.each([
    ['sport/tennis/player1/#', 'sport/tennis/player1', true],
    ['sport/tennis/player1/#', 'sport/tennis/player1/score/wimbledon', true],
    ['sport/#', 'sport', true],
    ['sport/tennis/+', 'sport/tennis/player1/ranking', false],
    ['sport/+', 'sport', false],
    ['sport/+', 'sport/', true],
    ['+/+', '/finance', true],
    ['/+', '/finance', true],
    ['+', '/finance', false],
    ['#', '$SYS/monitor/Clients', false],
    ['+/monitor/Clients', '$SYS/monitor/Clients', false],
    ['$SYS/#', '$SYS/monitor', true],
    ['$share/g/#', '$SYS/monitor', false],
    ['$share/g/$SYS/+', '$SYS/monitor', true],
    ['$share/g//a', '/a', true],
    ['ACCOUNTS', 'Accounts', false]
  ])('%s on %s: %s, as in the examples of the standard', (pattern, topic, expected) => {
    expect(matches(pattern, topic)).toBe(expected)
  })

  it('of 30,000 levels is matched without being tried twice', () => {
    const pattern = `${'+/'.repeat(32_767)}+`
    const topic = '/'.repeat(32_767)
    expect(matches(pattern, topic)).toBe(true)
    expect(matchesPattern(pattern, `${topic}/`, mqttGrammar)).toBe(false)
    expect(matches(`${'+/'.repeat(32_000)}b`, `${'a/'.repeat(32_000)}c`)).toBe(false)
  })

  it('is taken where it is of whole levels, and a shared one names its group', () => {
    fc.assert(
      fc.property(filters, (filter) => {
        expect(parseChannelPattern(filter, mqttGrammar)).toEqual({ pattern: filter })
        expect(parseChannelPattern(sharedFilter('team', filter), mqttGrammar)).toEqual({
          pattern: filter,
          group: 'team'
        })
      })
    )
  })

  it.each([
    ['', 'it is empty'],
    ['sport/tennis#', '"#" is not a whole last level'],
    ['sport/#/ranking', '"#" is not a whole last level'],
    ['##', '"#" is not a whole last level'],
    ['sport+', '"+" is not a whole level'],
    ['+a/b', '"+" is not a whole level'],
    ['$share', 'it names no group and no filter'],
    ['$share/', 'it names no group'],
    ['$share//a', 'it names no group'],
    ['$share/g', 'it names no filter after the group'],
    ['$share/g/', 'it names no filter after the group'],
    ['$share/+/a', 'its group holds a wildcard'],
    ['$share/g/a#', '"#" is not a whole last level'],
    ['a\0', 'it holds a NUL character'],
    ['a\ud800', 'it holds half of a surrogate pair, which is not Unicode'],
    [`${'a'.repeat(65_535)}/`, 'it is 65536 bytes long, and 65535 is the most']
  ])('refuses "%s" as a usage error', (text, why) => {
    expect(() => parseChannelPattern(text, mqttGrammar)).toThrow(
      expect.objectContaining({
        kind: 'usage',
        code: 'bad-pattern',
        message: expect.stringContaining(`: ${why}`)
      })
    )
  })
})
