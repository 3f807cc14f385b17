import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatJson } from '../../../src/core/catalogue/json-tree.js'
import { parseJson } from '../../../src/core/catalogue/parse-json.js'

test('numbers keep the text they were written with', () => {
  const text = '[12345678901234567890,1.0,1e400,-0,1E+2,0.10]'
  expect(formatJson(parseJson(text))).toBe(text)
})

test('what JSON.parse understands is understood the same way', () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(2), (text, indent) => {
      const spaced = JSON.stringify(JSON.parse(text), undefined, indent)
      expect(JSON.parse(formatJson(parseJson(spaced)))).toStrictEqual(JSON.parse(text))
    })
  )
})

test('of a name that repeats the last value counts, and __proto__ is a name', () => {
  expect(formatJson(parseJson('{"a":1,"a":[2],"__proto__":{"x":null}}'))).toBe(
    '{"a":[2],"__proto__":{"x":null}}'
  )
})

test('what is nested more deeply than asked for is taken for empty', () => {
  expect(formatJson(parseJson('{"a":{"b":{"c":[1,"]",{}]}},"d":[[["}"]]],"e":1}', 2))).toBe(
    '{"a":{"b":{}},"d":[[]],"e":1}'
  )
})

test('a million open brackets exhaust nothing', () => {
  const text = '['.repeat(1_000_000) + ']'.repeat(1_000_000)
  expect(formatJson(parseJson(text, 3))).toBe('[[[[]]]]')
})

test('what was read is written back, on one line or indented', () => {
  expect(formatJson(parseJson('{ "a" : [ ] , "b\\u00e9" : { } , "c" : [ true , null ] }'))).toBe(
    '{"a":[],"bé":{},"c":[true,null]}'
  )
  expect(formatJson(parseJson('{"a":[1],"b":{}}'), 2)).toBe('{\n  "a": [\n    1\n  ],\n  "b": {}\n}')
})

test.each(['', '{', '[1', '"a', '{"a":}', '[}', 'é'])(
  'what is cut off or no value at all ends with an error: %s',
  (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError)
  }
)
