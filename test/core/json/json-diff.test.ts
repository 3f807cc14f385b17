import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { diffOutlines, formatDifference } from '../../../src/core/json/json-diff.js'
import { outlineJson } from '../../../src/core/json/json-outline.js'

const diff = (before: string, after: string) =>
  diffOutlines(outlineJson(before) ?? [], outlineJson(after) ?? [])
const told = (before: string, after: string) =>
  diff(before, after).map(
    ({ kind, pointer, before: old, after: recent }) => `${kind} ${pointer} ${old?.text} ${recent?.text}`
  )

describe('what changed from one JSON text to the next', () => {
  it('is told value by value', () => {
    expect(told('{"a":1,"b":{"c":true},"d":[1,2]}', '{"a":2,"b":{"c":true,"e":"x"},"d":[1]}')).toEqual([
      'changed /a 1 2',
      'added /b/e undefined "x"',
      'removed /d/1 2 undefined'
    ])
  })

  it('compares numbers as they were written', () => {
    expect(told('[1.0,12345678901234567890]', '[1,12345678901234567891]')).toEqual([
      'changed /0 1.0 1',
      'changed /1 12345678901234567890 12345678901234567891'
    ])
  })

  it('sees that an object became empty, or a value an object', () => {
    expect(told('{"a":{"b":1}}', '{"a":{}}')).toEqual(['added /a undefined {}', 'removed /a/b 1 undefined'])
    expect(told('{"a":1}', '{"a":[]}')).toEqual(['changed /a 1 []'])
  })

  it('is nothing for the same text in another layout', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(diff(text, JSON.stringify(JSON.parse(text), null, 3))).toEqual([])
      })
    )
  })

  it('is the reverse in the other direction', () => {
    fc.assert(
      fc.property(fc.json(), fc.json(), (one, other) => {
        const forth = diff(one, other).map(({ pointer, before, after }) => [
          pointer,
          before?.text,
          after?.text
        ])
        const back = diff(other, one).map(({ pointer, before, after }) => [
          pointer,
          after?.text,
          before?.text
        ])
        expect(new Set(forth.map(String))).toEqual(new Set(back.map(String)))
      })
    )
  })

  it('says by how much a number changed, without the noise of binary fractions', () => {
    expect(diff('[21.3]', '[21.4]').map(formatDifference)).toEqual(['+0.1'])
    expect(diff('[5]', '[3]').map(formatDifference)).toEqual(['-2'])
    expect(diff('["5"]', '[3]').map(formatDifference)).toEqual([undefined])
    expect(diff('[1]', '[1e400]').map(formatDifference)).toEqual([undefined])
  })
})
