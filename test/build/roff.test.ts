import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { escapeRoff, formatBlock, formatInline, formatTerms, formatTitle } from '../../bin/build/roff.mjs'
import { findTool } from '../support/find-tool.js'

const mandoc = findTool('mandoc', 'mandoc')

/** What a reader sees of a page, without the lines above and below. */
function shown(lines: readonly string[]): string {
  const page = [formatTitle('page', 1, '1'), '.SH "NAME"', 'page \\- a page', '.SH "TEXT"', '.nf', ...lines]
  const text = execFileSync(mandoc.path, ['-Tutf8', '-Kutf-8', '-Owidth=500'], {
    input: `${page.join('\n')}\n`,
    encoding: 'utf8'
  })
  const plain = text.replaceAll(/.\x08/g, '')
  return (plain.split('TEXT\n')[1] ?? '').split('\n').slice(0, -3).join('\n').trim()
}

describe('a text in a man page', () => {
  it.each([
    ['.so /etc/passwd', '\\&.so /etc/passwd'],
    ["'br", '\\(aqbr'],
    ['a\\fBb', 'a\\efBb'],
    ['--all', '\\-\\-all'],
    ['"quoted"', '\\(dqquoted\\(dq'],
    ['two\nlines', 'two lines'],
    ['caf\u00e9 \u2026', 'caf\\[u00E9] \\[u2026]'],
    ['\x1b[31m', '[31m']
  ])('holds nothing that roff takes for its own: %j', (text, escaped) => {
    expect(escapeRoff(text)).toBe(escaped)
  })

  it('begins no request where its first word is emphasised, either', () => {
    expect(formatInline('`.br` ends a line')).toBe('\\fB\\&.br\\fR ends a line')
    expect(formatInline('.br ends a line')).toBe('\\&.br ends a line')
  })

  it('is a literal in bold', () => {
    expect(formatBlock({ kind: 'paragraph', text: 'see `a-b`' })).toEqual(['.PP', 'see \\fBa\\-b\\fR'])
  })

  it('of a table is a list of terms, without the names of its columns', () => {
    const rows = [
      ['flag', 'what'],
      ['`-a`', 'all']
    ]
    expect(formatBlock({ kind: 'table', rows })).toEqual(formatTerms([['-a', 'all']]))
  })
})

describe.skipIf(mandoc.isLeftOut)('mandoc', () => {
  it('shows each text as it was', () => {
    const word = fc.string({
      unit: fc.constantFrom(...'.\'\\"-^~`%&{}()[]$#*ab1é\u2026'),
      minLength: 1,
      maxLength: 12
    })
    const text = fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => words.join(' '))
    fc.assert(
      fc.property(text, (words) => {
        expect(shown([escapeRoff(words)])).toBe(words)
      }),
      { numRuns: 60 }
    )
  })
})
