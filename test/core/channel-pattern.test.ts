import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePattern, matchesPattern, parseChannelPattern } from '../../src/core/channel-pattern.js'
import { mqttGrammar } from '../../src/transport/mqtt/channel-grammar.js'

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

/** The pattern as a user writes it, against the channel. */
function matches(text: string, channel: string): boolean {
  return matchesPattern(parseChannelPattern(text, mqttGrammar).pattern, channel, mqttGrammar)
}

const level = fc.constantFrom('', 'a', 'b', 'ab', '$SYS', '$', 'ü')
const channels = fc.array(level, { minLength: 1, maxLength: 5 }).map((levels) => levels.join('/'))
const filters = fc
  .tuple(fc.array(fc.oneof(level, fc.constant('+')), { maxLength: 5 }), fc.boolean())
  .map(([levels, rest]) => [...levels, ...(rest ? ['#'] : [])].join('/'))
  .filter((filter) => filter !== '')
const patterns = fc.oneof(
  filters,
  filters.map((filter) => `$share/group/${filter}`)
)

describe('a pattern', () => {
  it('matches exactly the channels that section 4.7 of the standard says', () => {
    fc.assert(
      fc.property(patterns, channels, (pattern, channel) => {
        const expected = matchesBySpecification(pattern, channel)
        expect(matches(pattern, channel)).toBe(expected)
        const compiled = compilePattern(parseChannelPattern(pattern, mqttGrammar).pattern, mqttGrammar)
        expect(compiled(channel)).toBe(expected)
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
  ])('%s on %s: %s, as in the examples of the standard', (pattern, channel, expected) => {
    expect(matches(pattern, channel)).toBe(expected)
  })

  it('of 30,000 levels is matched without being tried twice', () => {
    const pattern = `${'+/'.repeat(32_767)}+`
    const channel = `${'/'.repeat(32_767)}`
    expect(matches(pattern, channel)).toBe(true)
    expect(matches(pattern, `${channel}/`)).toBe(false)
    expect(matches(`${'+/'.repeat(32_000)}b`, `${'a/'.repeat(32_000)}c`)).toBe(false)
  })
})

describe('parseChannelPattern', () => {
  it('accepts every pattern of whole levels', () => {
    fc.assert(
      fc.property(filters, (filter) => {
        expect(parseChannelPattern(filter, mqttGrammar)).toEqual({ pattern: filter })
        expect(parseChannelPattern(`$share/team/${filter}`, mqttGrammar)).toEqual({
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
