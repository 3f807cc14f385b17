import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { textDiff } from '../../../../src/ui/channel-browser/detail/text-diff.js'
import { plainText } from '../../../../src/ui/channel-browser/line.js'

function told(before: string, after: string, width = 60): string[] {
  return textDiff(before.split('\n'), after.split('\n'), width).lines.map(plainText)
}

describe('what changed in a text, on the screen', () => {
  it('marks changed words within their line, without any colour', () => {
    expect(told('pump 3 runs at 41 rpm', 'pump 3 runs at 45 rpm')).toEqual([
      '~ pump 3 runs at [-41-]{+45+} rpm'
    ])
  })

  it('marks words in each line that a change goes over', () => {
    expect(told('one two three\nfour five six\nend', 'one two nine\nten five six\nend')).toEqual([
      '~ one two [-three-]{+nine+}',
      '~ [-four-]{+ten+} five six',
      '  end'
    ])
    expect(told('one two three four five', 'one two\nthree four five')).toEqual([
      '~ one two[- -]{+↵+}',
      '~ three four five'
    ])
    expect(told('one two\nthree four five', 'one two three four five')).toEqual([
      '~ one two[-↵-]{+ +}three four five'
    ])
  })

  it('shows lines that came and went, and lines that have nothing in common', () => {
    expect(told('a\nb', 'a\nb\nc')).toEqual(['  a', '  b', '+ c'])
    expect(told('online\nb', 'offline\nb')).toEqual(['- online', '+ offline', '  b'])
  })

  it('shows the beginning of what was removed and of what was added, where there is too much of both', () => {
    const lines = told(`${'東京 👩‍👩‍👧 '.repeat(60_000)}`, `${'अच्छा 👍🏽 '.repeat(60_000)}`)
    expect(lines.some((line) => line.startsWith('- 東京'))).toBe(true)
    expect(lines.some((line) => line.startsWith('+ अच्छा'))).toBe(true)
    expect(lines.at(-1)).toBe('… the rest is too long to be shown')
    expect(lines.length).toBeLessThan(2000)
    const many = told('1\n'.repeat(100_000), '2\n'.repeat(100_000))
    expect(many.length).toBeLessThan(3000)
    expect(many).toContain('+ 2')
  })

  it('fills no line beyond its width, whatever the texts are', () => {
    const text = fc
      .array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('\n', 'word ', '東京')))
      .map((all) => all.join(''))
    fc.assert(
      fc.property(text, text, fc.integer({ min: 12, max: 80 }), (before, after, width) => {
        for (const line of textDiff(before.split('\n'), after.split('\n'), width).lines)
          expect(line.reduce((cells, piece) => cells + piece.cells, 0)).toBeLessThanOrEqual(width)
      })
    )
  })
})
