import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldOutline, formatPointer, outlineJson } from '../../../src/core/json/json-outline.js'

const linesOf = (text: string) =>
  outlineJson(text)?.map(
    ({ depth, tokens }) => '  '.repeat(depth) + tokens.map((token) => token.text).join('')
  )

describe('laying JSON out', () => {
  it('puts each member and item on a line of its own', () => {
    expect(linesOf('{"a":[1,{"b":null}],"c":{},"d":[]}')).toEqual([
      '{',
      '  "a": [',
      '    1,',
      '    {',
      '      "b": null',
      '    }',
      '  ],',
      '  "c": {},',
      '  "d": []',
      '}'
    ])
  })

  it('keeps numbers and strings as they were written, and members that repeat', () => {
    expect(linesOf('{"n":12345678901234567890,"n":1.0,"s":"\\u00e9\\/"}')).toEqual([
      '{',
      '  "n": 12345678901234567890,',
      '  "n": 1.0,',
      '  "s": "\\u00e9\\/"',
      '}'
    ])
  })

  it('keeps the value of any text', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(JSON.parse(linesOf(text)?.join('') ?? '')).toEqual(JSON.parse(text))
      })
    )
  })

  it('gives the layout of JSON.stringify', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(linesOf(text)?.join('\n')).toBe(JSON.stringify(JSON.parse(text), null, 2))
      })
    )
  })

  it('gives nothing for a text that is not JSON', () => {
    for (const text of ['', '{', '{"a":}', 'NaN', '[1,]', "{'a':1}", '1 2'])
      expect(outlineJson(text)).toBeUndefined()
  })

  it('takes any depth', () => {
    const deep = 5000
    expect(outlineJson('['.repeat(deep) + ']'.repeat(deep))).toHaveLength(deep * 2 - 1)
  })

  it('gives every value its pointer', () => {
    const pointers = outlineJson('{"a/b":[1,{"~":2}]}')?.map(({ pointer }) => pointer)
    expect(pointers).toEqual(['', '/a~1b', '/a~1b/0', '/a~1b/1', '/a~1b/1/~0', '/a~1b/1', '/a~1b', ''])
  })
})

describe('folding', () => {
  const outline = outlineJson('{"a":{"x":1,"y":[2]},"b":3}') ?? []

  it('leaves the opening line of a folded value', () => {
    const left = foldOutline(outline, new Set(['/a'])).map(({ pointer }) => pointer)
    expect(left).toEqual(['', '/a', '/b', ''])
    expect(outline.find(({ pointer }) => pointer === '/a')).toMatchObject({ members: 2 })
  })

  it('leaves every line if nothing is folded, or if the folded value does not exist', () => {
    expect(foldOutline(outline, new Set(['/b', '/nowhere']))).toEqual(outline)
  })
})

describe('a pointer as people write a path', () => {
  it('has dots and brackets', () => {
    expect(formatPointer('')).toBe('(value)')
    expect(formatPointer('/state/list/0/x')).toBe('state.list[0].x')
    expect(formatPointer('/a~1b/~0')).toBe('["a/b"]["~"]')
    expect(formatPointer('/größe')).toBe('größe')
  })
})
