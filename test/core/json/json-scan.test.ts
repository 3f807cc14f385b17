import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newFinding, scanJsonValue } from '../../../src/core/json/json-scan.js'

function scan(text: string | Uint8Array, start = 0) {
  const bytes = Buffer.from(text)
  const found = newFinding()
  const isJson = scanJsonValue(bytes, start, bytes.length, found)
  return { isJson, ...found }
}

/** Texts that are JSON, and texts that nearly are. */
const nearly = fc
  .tuple(fc.json({ maxDepth: 4 }), fc.nat(), fc.string({ maxLength: 3 }), fc.nat(3))
  .map(([json, place, text, cut]) => {
    const at = place % (json.length + 1)
    return json.slice(0, at) + text + json.slice(at + cut)
  })

const isJson = (text: string) => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

describe('a value', () => {
  it('is JSON by this scan where it is by JSON.parse, and ends there', () => {
    fc.assert(
      fc.property(nearly, (text) => {
        const { isJson: found, end } = scan(text)
        const isWhole = found && /^[\t\n\r ]*$/.test(Buffer.from(text).subarray(end).toString())
        expect(isWhole).toBe(isJson(text))
      }),
      { numRuns: 3000 }
    )
  })

  it('ends behind its last byte, whatever follows', () => {
    expect(scan('xx {"a":[1]} {', 2)).toMatchObject({ isJson: true, end: 12 })
    expect(scan('12,3')).toMatchObject({ isJson: true, end: 2 })
  })

  it('may be nested as deeply as it likes', () => {
    const deep = 100_000
    expect(scan('['.repeat(deep) + ']'.repeat(deep)).isJson).toBe(true)
    expect(scan('['.repeat(deep) + ']'.repeat(deep - 1))).toMatchObject({ isJson: false, end: 2 * deep - 1 })
  })

  it.each([
    ['one line', '{"a": 1}', false],
    ['a line between tokens', '{"a":\n1}', true],
    ['a line end of Unicode in a text', '"a\u2028b"', true],
    ['an escaped line end', '"a\\nb"', false]
  ])('knows whether it has several lines: %s', (_what, text, lines) => {
    expect(scan(text)).toMatchObject({ isJson: true, lines })
  })
})

describe('what is no JSON', () => {
  it.each([
    ['', 0],
    ['{', 1],
    ['[1,]', 3],
    ['{"a" 1}', 5],
    ['{a:1}', 1],
    ['{"a":1,}', 7],
    ['-x', 1],
    ['tru', 0],
    ['"a\nb"', 2],
    ['[1}', 2]
  ])('is told with its place: %j', (text, end) => {
    expect(scan(text)).toMatchObject({ isJson: false, end, reason: expect.stringMatching(/./) })
  })

  it('may be a text that is no UTF-8', () => {
    expect(scan(Uint8Array.of(0x22, 0xff, 0x22)).isJson).toBe(false)
  })
})
