import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findJsonValue, parseJsonPointer } from '../../../src/core/json/json-pointer.js'

const at = (json: string, pointer: string): string | undefined => {
  const bytes = Buffer.from(json)
  const place = findJsonValue(bytes, parseJsonPointer(pointer))
  return place && bytes.toString('utf8', place.start, place.end)
}

describe('JSON pointers (RFC 6901)', () => {
  const document = String.raw`{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8}`
  test.each([
    ['/foo', '["bar","baz"]'],
    ['/foo/0', '"bar"'],
    ['/', '0'],
    ['/a~1b', '1'],
    ['/c%d', '2'],
    ['/e^f', '3'],
    ['/g|h', '4'],
    ['/i\\j', '5'],
    ['/k"l', '6'],
    ['/ ', '7'],
    ['/m~0n', '8']
  ])("the standard's example %s is %s", (pointer, value) => {
    expect(at(document, pointer)).toBe(value)
  })

  test('the empty pointer is the whole value', () => {
    expect(at(' 42 ', '')).toBe('42')
  })

  test.each(['/foo/2', '/foo/-', '/foo/01', '/foo/bar', '/nothing', '/foo/0/x'])(
    '%s names nothing',
    (pointer) => {
      expect(at(document, pointer)).toBeUndefined()
    }
  )

  test('the last member of a repeated name counts, as in JSON.parse', () => {
    expect(at('{"a":1,"b":{"a":2},"a":3}', '/a')).toBe('3')
  })

  test('a name with needless escapes is the same name', () => {
    expect(at(String.raw`{"\u0061":1}`, '/a')).toBe('1')
  })

  test('finds what JSON.parse finds, in any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), fc.integer({ min: 0, max: 2 }), (value, name, spaces) => {
        const json = JSON.stringify({ x: [0, { [name]: value }] }, undefined, spaces)
        const token = name.replaceAll('~', '~0').replaceAll('/', '~1')
        expect(JSON.parse(at(json, `/x/1/${token}`) ?? 'undefined')).toEqual(
          JSON.parse(JSON.stringify(value))
        )
      })
    )
  })

  test.each(['time', '/a~2'])('refuses %s', (text) => {
    expect(() => parseJsonPointer(text)).toThrow('as a JSON pointer')
  })
})
