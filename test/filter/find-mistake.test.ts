import { parse } from '@bufbuild/cel'
import { getConformanceSuite, type IncrementalTestSuite } from '@bufbuild/cel-spec/testdata/tests.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findMistake } from '../../src/filter/find-mistake.js'

describe('the first mistake of an expression', () => {
  it.each([
    ['', '^', 'it is empty'],
    ['payload.temp >', '              ^', 'a value is missing after ">"'],
    ['payload.temp > && size > 3', '               ^', 'a value is missing before "&&"'],
    ['payload.temp > 30 && && retain', '                     ^', 'a value is missing before "&&"'],
    ['channel = "a"', '        ^', 'write "==" to compare'],
    ['retain & true', '       ^', 'write "&&" for and'],
    ['retain and true', '       ^', 'write "&&" for and'],
    ['retain AND dup', '       ^', 'write "&&" for and'],
    ['retain Or dup', '       ^', 'write "||" for or'],
    ['not retain', '^', 'write "!" for not: !(...)'],
    ['dup || NOT retain', '       ^', 'write "!" for not: !(...)'],
    ['size NOT IN [1]', '     ^', 'write "!" for not: !(...)'],
    ['size IN [1]', '     ^', 'write "in" in small letters'],
    ['channel =~ "a"', '        ^', 'write x.matches("...") for a regular expression'],
    ['channel ~= "a"', '        ^', 'write x.matches("...") for a regular expression'],
    ['channel ~ "a"', '        ^', 'write x.matches("...") for a regular expression'],
    ['channel !~ "a"', '        ^', 'write x.matches("...") for a regular expression, with "!" before it'],
    ['channel | test("a")', '        ^', 'write x.matches("...") for a regular expression'],
    ['channel | tested', '        ^', 'write "||" for or'],
    ['channel LIKE "a%"', '        ^', 'write x.matches("...") or x.contains("...")'],
    ['size <> 3', '     ^', 'write "!=" for different'],
    ['payload constructor', '        ^', 'an operator is missing before "constructor"'],
    ['channel == "a', '           ^', 'a text has no closing quote'],
    ["channel == 'a\n'", '           ^', 'a text has no closing quote'],
    ['(size > 3', '^', '"(" is not closed'],
    ['size > 3)', '        ^', '")" closes nothing'],
    ['channel in ["a", "b")', '                    ^', '")" does not close "["'],
    ['payload temp', '        ^', 'an operator is missing before "temp"'],
    ['payload.[0]', '        ^', 'a name must follow after "."'],
    ['payload.3', '       ^', 'an operator is missing before ".3"'],
    ['1, 2', ' ^', '"," stands outside of brackets'],
    ['payload.temp > 30 # hot', '                  ^', '"#" means nothing here'],
    ['"a"(3)', '   ^', 'an operator is missing before "("'],
    ['in [1]', '^', 'a value is missing before "in"']
  ])('of %j is at its place', (text, marker, why) => {
    expect(findMistake(text)).toEqual({ offset: marker.indexOf('^'), why })
  })

  it('is none in the expressions of the specification that its parser takes', () => {
    const all = (suite: IncrementalTestSuite): string[] => [
      ...suite.tests.map(({ original }) => original.expr),
      ...suite.suites.flatMap(all)
    ]
    const good = all(getConformanceSuite()).filter(isParsed)
    expect(good.length).toBeGreaterThan(1500)
    expect(good.filter((text) => findMistake(text) !== undefined)).toEqual([])
  })

  it('is found in any text within bounds, and never in an expression', () => {
    const piece = fc.constantFrom(
      'payload',
      '.',
      'a',
      '"',
      "'b'",
      '(',
      ')',
      '[',
      ']',
      '&&',
      '>',
      '!',
      '3',
      ' ',
      ',',
      '?',
      ':',
      '{',
      '}',
      '\\',
      '-',
      '`',
      'in',
      'not',
      '~',
      '=',
      '<>',
      '|'
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('')
        const mistake = findMistake(text)
        if (isParsed(text)) expect(mistake).toBeUndefined()
        if (mistake) expect(mistake.offset).toBeLessThanOrEqual(text.length)
      })
    )
  })
})

function isParsed(text: string): boolean {
  try {
    parse(text)
    return true
  } catch {
    return false
  }
}
