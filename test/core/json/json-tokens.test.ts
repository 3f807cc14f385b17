import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonTokens } from '../../../src/core/json/json-tokens.js'

describe('the tokens of a JSON text', () => {
  it('are its marks, names, strings, numbers and literals, as they are written', () => {
    const text = '{ "a\\"b" : [1.0e+3,\r\n-0, true, null], "\\\\": "x:y" }'
    expect(jsonTokens(text).map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      'mark {',
      'name "a\\"b"',
      'mark [',
      'number 1.0e+3',
      'mark ,',
      'number -0',
      'mark ,',
      'literal true',
      'mark ,',
      'literal null',
      'mark ]',
      'mark ,',
      'name "\\\\"',
      'string "x:y"',
      'mark }'
    ])
  })

  it('give the whole value again, for any value in any layout', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('', ' ', '\t', '\r\n'), (value, space) => {
        const tokens = jsonTokens(JSON.stringify(value, undefined, space))
        const again = tokens.map(({ kind, text }) => (kind === 'name' ? `${text}:` : text)).join(' ')
        expect(JSON.parse(again)).toEqual(JSON.parse(JSON.stringify(value)))
      })
    )
  })
})
