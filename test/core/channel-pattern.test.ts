import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  compilePattern,
  coversPattern,
  matchesPattern,
  overlapsPattern,
  type PatternRules,
  parseChannelPattern,
  whyWildcardsMisplaced
} from '../../src/core/channel-pattern.js'
import { separatedGrammar } from '../support/separated-grammar.js'

/** A simple, slow model of what patterns mean, level by level. */
function matchesByLevels(pattern: string, channel: string, { separator, hidden }: PatternRules): boolean {
  const match = (wanted: readonly string[], levels: readonly string[]): boolean => {
    const [first, ...others] = wanted
    if (first === '#') return true
    if (first === undefined || levels.length === 0) return first === undefined && levels.length === 0
    return (first === '+' || first === levels[0]) && match(others, levels.slice(1))
  }
  const isHidden = hidden !== undefined && channel.startsWith(hidden) && /^[+#]/.test(pattern)
  return !isHidden && match(pattern.split(separator), channel.split(separator))
}

// Each separator is also an ordinary character in a grammar with another separator.
const rules: fc.Arbitrary<PatternRules> = fc
  .record({
    separator: fc.constantFrom('/', '.', ':', '|', ' ', 'ü'),
    hidden: fc.option(fc.constantFrom('$', '_', '$$', '_internal', '.'), { nil: undefined })
  })
  .map(({ separator, hidden }) => ({ separator, ...(hidden !== undefined && { hidden }) }))
const level = fc.constantFrom(
  '',
  'a',
  'b',
  'ab',
  '$SYS',
  '$',
  '$$x',
  '_',
  '_internal',
  'a.b',
  'a/b',
  'a:',
  '|',
  'ü'
)
const channelLevels = fc.array(level, { minLength: 1, maxLength: 5 })
const patternLevels = fc
  .tuple(fc.array(fc.oneof(level, fc.constant('+')), { maxLength: 5 }), fc.boolean())
  .map(([levels, rest]) => [...levels, ...(rest ? ['#'] : [])])
  .filter((levels) => levels.join('') !== '')

describe('a pattern', () => {
  it('matches the channels that its levels match one by one, with any separator and any hidden beginning', () => {
    fc.assert(
      fc.property(rules, patternLevels, channelLevels, (chosen, wanted, levels) => {
        const pattern = wanted.join(chosen.separator)
        const channel = levels.join(chosen.separator)
        const expected = matchesByLevels(pattern, channel, chosen)
        expect(matchesPattern(pattern, channel, chosen)).toBe(expected)
        expect(compilePattern(pattern, chosen)(channel)).toBe(expected)
      }),
      { numRuns: 5000 }
    )
  })

  it('matches a channel from which it was made by replacing levels', () => {
    fc.assert(
      fc.property(rules, channelLevels, fc.array(fc.boolean()), fc.nat(), (chosen, levels, replaced, cut) => {
        const { separator } = chosen
        const channel = levels.join(separator)
        const all = channel.split(separator)
        const wanted = all.map((each, index) => (replaced[index] === true ? '+' : each))
        const upToCut = [...wanted.slice(0, cut % (all.length + 1)), '#']
        const isHidden = (pattern: string) =>
          chosen.hidden !== undefined && channel.startsWith(chosen.hidden) && /^[+#]/.test(pattern)
        for (const pattern of [wanted.join(separator), upToCut.join(separator)])
          expect(matchesPattern(pattern, channel, chosen)).toBe(!isHidden(pattern))
      }),
      { numRuns: 2000 }
    )
  })

  it.each([
    ['a.#', 'a', '.', true],
    ['a.#', 'a.b.c', '.', true],
    ['a.#', 'a/b', '.', false],
    ['a.+', 'a.b/c', '.', true],
    ['+', 'a/b', '.', true],
    ['+', 'a.b', '.', false],
    ['#', 'a.b', '.', true],
    ['a:+:c', 'a::c', ':', true],
    ['a.b', 'a/b', '/', false]
  ])('%s on %s, divided by %s: %s', (pattern, channel, separator, expected) => {
    expect(matchesPattern(pattern, channel, { separator })).toBe(expected)
  })

  it('that begins with a wildcard does not match hidden channels; a pattern that names them does', () => {
    const dots = { separator: '.', hidden: '_' }
    const matching = (pattern: string) =>
      ['_sys.x', '$SYS.x', 'a._x'].filter((channel) => matchesPattern(pattern, channel, dots))
    expect(matching('#')).toEqual(['$SYS.x', 'a._x'])
    expect(matching('+.x')).toEqual(['$SYS.x'])
    expect(matching('_sys.#')).toEqual(['_sys.x'])
    expect(matching('a.+')).toEqual(['a._x'])
    expect(matchesPattern('#', '$SYS.x', { separator: '.' })).toBe(true)
  })

  it('of 30,000 levels is matched without going back', () => {
    const dots = { separator: '.' }
    const pattern = `${'+.'.repeat(32_767)}+`
    const channel = '.'.repeat(32_767)
    expect(matchesPattern(pattern, channel, dots)).toBe(true)
    expect(matchesPattern(pattern, `${channel}.`, dots)).toBe(false)
    expect(matchesPattern(`${'+.'.repeat(32_000)}b`, `${'a.'.repeat(32_000)}c`, dots)).toBe(false)
  })
})

describe('a pattern that covers another', () => {
  const slashes: PatternRules = { separator: '/', hidden: '$' }

  it.each([
    ['a/#', 'a', true],
    ['a/#', 'a/b/+', true],
    ['a/#', 'a/#', true],
    ['a/+', 'a/b', true],
    ['a/+', 'a/#', false],
    ['a/+', 'a/b/c', false],
    ['a/b', 'a/+', false],
    ['+/b', 'a/+', false],
    ['#', 'a/b', true],
    ['#', '+/b', true],
    ['#', '$SYS/load', false],
    ['+/load', '$SYS/load', false],
    ['$SYS/#', '$SYS/load', true]
  ])('%s and %s: %s', (outer, inner, covers) => {
    expect(coversPattern(outer, inner, slashes)).toBe(covers)
  })

  it('matches every channel that the other one matches', () => {
    const pattern = (separator: string) =>
      fc
        .tuple(fc.array(fc.oneof(level, fc.constant('+')), { minLength: 1, maxLength: 3 }), fc.boolean())
        .map(([levels, hash]) => [...levels, ...(hash ? ['#'] : [])].join(separator))
    const channel = (separator: string) =>
      fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join(separator))
    fc.assert(
      fc.property(
        rules.chain((rule) =>
          fc.tuple(
            fc.constant(rule),
            pattern(rule.separator),
            pattern(rule.separator),
            channel(rule.separator)
          )
        ),
        ([rule, outer, inner, name]) => {
          if (!coversPattern(outer, inner, rule) || !matchesPattern(inner, name, rule)) return
          expect(matchesPattern(outer, name, rule)).toBe(true)
        }
      ),
      { numRuns: 3000 }
    )
  })
})

describe('wildcards', () => {
  it('are well placed in every pattern of whole levels', () => {
    fc.assert(
      fc.property(rules, patternLevels, ({ separator }, levels) => {
        expect(whyWildcardsMisplaced(levels.join(separator), separator)).toBeUndefined()
      })
    )
  })

  it.each([
    ['a.b#', '.', '"#" is not a whole last level'],
    ['a.#.b', '.', '"#" is not a whole last level'],
    ['##', '.', '"#" is not a whole last level'],
    ['a/#', '.', '"#" is not a whole last level'],
    ['a+', '.', '"+" is not a whole level'],
    ['+a.b', '.', '"+" is not a whole level'],
    ['a/+', '.', '"+" is not a whole level'],
    ['+/b', '.', '"+" is not a whole level'],
    ['a.+', '/', '"+" is not a whole level']
  ])('in %s, divided by %s: %s', (text, separator, why) => {
    expect(whyWildcardsMisplaced(text, separator)).toBe(why)
  })
})

describe('parseChannelPattern', () => {
  const dots = {
    ...separatedGrammar('.'),
    examples: { channel: 'a.b', patterns: 'lights.+.state, lights.#' }
  }

  it('returns the pattern that the grammar has parsed', () => {
    const parsed = { pattern: 'a.+', group: 'team' }
    expect(parseChannelPattern('team@a.*', { ...dots, parsePattern: () => parsed })).toBe(parsed)
  })

  it("refuses a pattern that the grammar does not accept as a usage error, with the grammar's own examples", () => {
    expect(() => parseChannelPattern('a/#', dots)).toThrow(
      expect.objectContaining({
        kind: 'usage',
        code: 'bad-pattern',
        message: 'cannot use pattern "a/#": "#" is not a whole last level',
        suggestion: '"+" stands for one whole level and "#" for all further ones: lights.+.state, lights.#'
      })
    )
  })
})

describe('two patterns', () => {
  const mqttRules = { separator: '/', hidden: '$' }

  it.each([
    ['a/+/c', 'a/b/#', true],
    ['a/+/c', 'a/b/c', true],
    ['a/#', 'a', true],
    ['+/b', 'a/+', true],
    ['a/+', 'a/+/c', false],
    ['a/b', 'a/c', false],
    ['#', '$SYS/#', false],
    ['+/x', '$SYS/x', false],
    ['$SYS/+', '$SYS/#', true]
  ])('%s and %s overlap: %s', (one, other, expected) => {
    expect(overlapsPattern(one, other, mqttRules)).toBe(expected)
    expect(overlapsPattern(other, one, mqttRules)).toBe(expected)
  })

  /** A channel that both match, where they overlap: level by level the one that says more. */
  const witness = (one: string, other: string) => {
    const [left, right] = [one.split('/'), other.split('/')]
    const levels: string[] = []
    for (let at = 0; left[at] !== undefined || right[at] !== undefined; at++) {
      const open = [left, right].find((each) => each[at] === '#')
      if (open !== undefined) {
        const rest = (open === left ? right : left).slice(at).filter((each) => each !== '#')
        return [...levels, ...rest.map((each) => (each === '+' ? 'w' : each))].join('/')
      }
      levels.push([left[at], right[at]].find((each) => each !== '+') ?? 'w')
    }
    return levels.join('/')
  }

  it('overlap where some channel is one that both match, and only there', () => {
    const piece = fc.constantFrom('a', 'b', '+', '$x', '')
    const pattern = fc
      .tuple(fc.array(piece, { minLength: 1, maxLength: 3 }), fc.boolean())
      .map(([pieces, isOpen]) => [...pieces, ...(isOpen ? ['#'] : [])].join('/'))
    const channel = fc
      .array(fc.constantFrom('a', 'b', '$x', ''), { minLength: 1, maxLength: 4 })
      .map((pieces) => pieces.join('/'))
    fc.assert(
      fc.property(
        pattern,
        pattern,
        fc.array(channel, { minLength: 40, maxLength: 40 }),
        (one, other, channels) => {
          const both = channels.some(
            (each) => matchesPattern(one, each, mqttRules) && matchesPattern(other, each, mqttRules)
          )
          if (both) expect(overlapsPattern(one, other, mqttRules)).toBe(true)
          if (!overlapsPattern(one, other, mqttRules)) return
          const channel = witness(one, other)
          expect([one, other].map((each) => matchesPattern(each, channel, mqttRules))).toEqual([true, true])
        }
      )
    )
  })
})
