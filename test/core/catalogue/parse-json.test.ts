import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatJson } from '../../../src/core/catalogue/json-tree.js'
import { parseJson } from '../../../src/core/catalogue/parse-json.js'

test('numbers keep the text they were written with', () => {
  const text = '[12345678901234567890,1.0,1e400,-0,1E+2,0.10]'
  expect(formatJson(parseJson(text))).toBe(text)
})

test('a text that JSON.parse accepts gives the same value', () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(2), (text, indent) => {
      const spaced = JSON.stringify(JSON.parse(text), undefined, indent)
      expect(JSON.parse(formatJson(parseJson(spaced)))).toStrictEqual(JSON.parse(text))
    })
  )
})

test('the last value of a repeated name counts, and __proto__ is a name', () => {
  expect(formatJson(parseJson('{"a":1,"a":[2],"__proto__":{"x":null}}'))).toBe(
    '{"a":[2],"__proto__":{"x":null}}'
  )
})

test('a repeated name can be refused: the error says which, and where it stands again', () => {
  const refuse = (text: string) => parseJson(text, 64, { refusesRepeats: true })
  expect(formatJson(refuse('{"a":{"a":[{"a":1},{"a":1}]},"toString":1}'))).toContain('"toString":1')
  expect(() => refuse('{"a":1,"b":{"c":1, "\\u0063":2}}')).toThrow(
    expect.objectContaining({ repeated: 'c', at: 19 })
  )
})

test('a value that is nested too deeply is read as empty', () => {
  expect(formatJson(parseJson('{"a":{"b":{"c":[1,"]",{}]}},"d":[[["}"]]],"e":1}', 2))).toBe(
    '{"a":{"b":{}},"d":[[]],"e":1}'
  )
})

test('a million open brackets do not overflow the stack', () => {
  const text = '['.repeat(1_000_000) + ']'.repeat(1_000_000)
  expect(formatJson(parseJson(text, 3))).toBe('[[[[]]]]')
})

test('a parsed value is written back, on one line or indented', () => {
  expect(formatJson(parseJson('{ "a" : [ ] , "b\\u00e9" : { } , "c" : [ true , null ] }'))).toBe(
    '{"a":[],"bé":{},"c":[true,null]}'
  )
  expect(formatJson(parseJson('{"a":[1],"b":{}}'), 2)).toBe('{\n  "a": [\n    1\n  ],\n  "b": {}\n}')
})

test.each(['', '{', '[1', '"a', '{"a":}', '[}', 'é'])(
  'a text that is cut off, or has no value, is an error: %s',
  (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError)
  }
)
