import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Header } from '../../../../src/core/message.js'
import { headerLines, parseHeaderLines } from '../../../../src/ui/channel-browser/form/header-lines.js'

const again = (headers: readonly Header[]) => {
  const { text, kept } = headerLines(headers)
  return parseHeaderLines(text, kept)
}

describe('headers as lines', () => {
  it('are what they were, whatever is in them, if no line is touched', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('', ' a', 'a: b', '(header 1, kept as it is)', 'a\nb')
    )
    const header = fc.tuple(text, fc.oneof(text, fc.uint8Array()))
    fc.assert(
      fc.property(fc.array(header), (headers) => {
        expect(again(headers)).toEqual(headers)
      })
    )
  })

  it('are read with and without blanks, and blank lines do not count', () => {
    expect(parseHeaderLines('a:1\n\nb :  2 \nc: x: y', new Map())).toEqual([
      ['a', '1'],
      ['b', '2'],
      ['c', 'x: y']
    ])
  })

  it('say which line is none', () => {
    expect(parseHeaderLines('a: 1\nb', new Map())).toEqual({ why: 'line 2 is not "name: value"' })
    expect(parseHeaderLines(': 1', new Map())).toEqual({ why: 'line 1 is not "name: value"' })
  })

  it('lose a header of bytes with its line, and keep the others', () => {
    const bytes = new Uint8Array([255, 0])
    const { text, kept } = headerLines([
      ['a', '1'],
      ['raw', bytes]
    ])
    expect(text).toBe('a: 1\nraw: 2 bytes')
    expect(parseHeaderLines('raw: 2 bytes', kept)).toEqual([['raw', bytes]])
    expect(parseHeaderLines('a: 2', kept)).toEqual([['a', '2']])
  })
})
