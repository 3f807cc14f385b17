import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatJson, isJsonObject, JsonNumber, jsonObject } from '../../../src/core/catalogue/json-tree.js'

describe('the text of a value', () => {
  it('keeps numbers as they were written', () => {
    const numbers = ['1.0', '12345678901234567890', '1e400'].map((text) => new JsonNumber(text))
    expect(formatJson(jsonObject({ numbers }))).toBe('{"numbers":[1.0,12345678901234567890,1e400]}')
  })

  it('is that of JSON.stringify for everything else, on one line and indented', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), fc.nat(4), (value, indent) => {
        const plain = JSON.parse(JSON.stringify(value))
        expect(formatJson(plain, indent)).toBe(JSON.stringify(plain, undefined, indent))
      })
    )
  })
})

describe('an object', () => {
  it('may have a member __proto__, and has none that is undefined', () => {
    const object = jsonObject(JSON.parse('{"__proto__": 1}'))
    expect(formatJson(object)).toBe('{"__proto__":1}')
    expect(Object.keys(jsonObject({ a: 1, b: undefined }))).toEqual(['a'])
  })

  it('is neither an array nor a number nor null', () => {
    expect([jsonObject(), [], new JsonNumber('1'), null, undefined, 'a'].map(isJsonObject)).toEqual([
      true,
      false,
      false,
      false,
      false,
      false
    ])
  })
})
