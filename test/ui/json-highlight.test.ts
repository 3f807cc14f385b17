import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatJson } from '../../src/ui/json-highlight.js'
import { createTheme } from '../../src/ui/theme.js'

const show = (text: string, width = 80, margin = '') => formatJson(text, margin, width, createTheme(0))

describe('JSON for people', () => {
  it('is one line where that fits, and indented where not', () => {
    expect(show('{"a":[1,2],"b":{}}')).toBe('{"a": [1, 2], "b": {}}')
    expect(show('{"a":[1,2],"b":{}}', 10, '> ')).toBe(
      ['> {', '>   "a": [', '>     1,', '>     2', '>   ],', '>   "b": {}', '> }'].join('\n')
    )
  })

  it('keeps every token as it was written', () => {
    expect(show('[1.0,12345678901234567890,1e400,"\\u00e9"]')).toBe(
      '[1.0, 12345678901234567890, 1e400, "\\u00e9"]'
    )
  })

  it('says the same as before, in any width', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(100), (text, width) => {
        expect(JSON.parse(show(text, width))).toEqual(JSON.parse(text))
      })
    )
  })

  it('shows nothing that a terminal would obey', () => {
    expect(show('"\x7f\x9b2J"')).not.toMatch(/[\x7f-\x9f]/)
    expect(show('{"a":\r1}')).toBe('{"a": 1}')
  })

  it('does not grow with the square of its depth', () => {
    const deep = 2000
    expect(show('['.repeat(deep) + ']'.repeat(deep), 10).length).toBeLessThan(100 * deep)
  })

  it('has the same text in colours', () => {
    const coloured = formatJson('{"a":[1,"b",null]}', '', 80, createTheme(1))
    expect(coloured).toContain('\x1b[')
    const plain = coloured.split('\x1b').map((part, at) => (at === 0 ? part : part.replace(/^\[\d+m/, '')))
    expect(plain.join('')).toBe('{"a": [1, "b", null]}')
  })
})
