import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ExactJson, readExactJson } from '../../../src/core/json/exact-json.js'
import { scanJson } from '../../../src/core/json/json-text.js'
import { WantedMembers } from '../../../src/core/json/wanted-json.js'

const read = (text: string, ...paths: readonly string[]) =>
  readExactJson(
    Buffer.from(text),
    paths.length === 0 ? 'all' : WantedMembers.of(paths.map((path) => path.split('.')))
  )
const value = (text: string, ...paths: readonly string[]) => ({ value: plain(text, ...paths) })
const plain = (text: string, ...paths: readonly string[]): unknown => {
  const outcome = read(text, ...paths)
  return outcome !== undefined && 'value' in outcome ? plainOf(outcome.value) : outcome
}

/** Maps as lists of pairs, in order. */
const plainOf = (json: ExactJson): unknown => {
  if (Array.isArray(json)) return json.map(plainOf)
  return json instanceof Map ? { pairs: [...json].map(([name, each]) => [name, plainOf(each)]) } : json
}

/** What JSON.parse makes of the same text, with bigints for whole numbers as far as that is exact. */
const asExact = (json: unknown): ExactJson => {
  if (Array.isArray(json)) return json.map(asExact)
  if (typeof json === 'object' && json !== null)
    return new Map(Object.entries(json).map(([name, each]) => [name, asExact(each)]))
  if (typeof json !== 'number') return json as ExactJson
  const written = JSON.stringify(json)
  // Of more than 20 digits, both make a double.
  return /^-?\d{1,20}$/.test(written) ? BigInt(written) : json
}

describe('exact JSON', () => {
  it('has whole numbers of any usual size exactly, and other numbers as doubles', () => {
    expect(plain('[0, -0, 30, 9007199254740993, -9223372036854775808, 18446744073709551615]')).toEqual([
      0n,
      0n,
      30n,
      9007199254740993n,
      -9223372036854775808n,
      18446744073709551615n
    ])
    expect(plain('[1.0, 1e2, -2.5, 1E400]')).toEqual([1, 100, -2.5, Number.POSITIVE_INFINITY])
  })

  it('takes a number of very many digits for a double: to read it as a whole one takes too long', () => {
    expect(plain('1'.repeat(1_000_000))).toBe(Number.POSITIVE_INFINITY)
    expect(plain('123456789012345678901234')).toBe(Number('123456789012345678901234'))
  })

  it('has members of any name, and the last of one name', () => {
    expect(plain('{"__proto__":1,"2":2,"1":3,"__proto__":4}')).toEqual({
      pairs: [
        ['__proto__', 4n],
        ['2', 2n],
        ['1', 3n]
      ]
    })
  })

  it.each([
    '',
    ' ',
    '{',
    '{"a"}',
    '{"a":1,}',
    '[1,]',
    '[1 2]',
    '01',
    '"a',
    'nul',
    '1 2',
    '{"a":1}x',
    '\ufeff1',
    '"\\x"'
  ])('says that %j is not JSON', (text) => {
    expect(read(text)).toBeUndefined()
    expect(read(text, 'b')).toBeUndefined()
  })

  it('reads no deeper than 200 levels, and no more than 200,000 values, unless they are not wanted', () => {
    const deep = '['.repeat(201) + ']'.repeat(201)
    expect(read(deep)).toEqual({ limit: 'too deep' })
    expect(read(deep.slice(1, -1))).toHaveProperty('value')
    expect(plain(`{"a":1,"b":${deep}}`, 'a')).toEqual({ pairs: [['a', 1n]] })
    const many = `[${'0,'.repeat(200_000)}0]`
    expect(read(many)).toEqual({ limit: 'too many values' })
    expect(plain(`{"b":${many},"a":1}`, 'a')).toEqual({ pairs: [['a', 1n]] })
  })

  it('says the same of a text as the scanner of JSON does', () => {
    const texts = fc.oneof(
      fc.json(),
      fc.string({ unit: fc.constantFrom(...'{}[]",:\\u0019.eE+- tfnalsrue\n') }),
      fc.json().map((text) => text.slice(1))
    )
    fc.assert(
      fc.property(texts, (text) => {
        expect(read(text) !== undefined).toBe(scanJson(Buffer.from(text)).ok)
        expect(read(text, 'a') !== undefined).toBe(scanJson(Buffer.from(text)).ok)
      })
    )
  })

  it('has the values of JSON.parse', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), fc.boolean(), (text, isSpread) => {
        const parsed: unknown = JSON.parse(text)
        const written = isSpread ? JSON.stringify(parsed, undefined, 2) : JSON.stringify(parsed)
        expect(readExactJson(Buffer.from(written))).toEqual({ value: asExact(JSON.parse(written)) })
      }),
      { examples: [['123450000000000000000', false]] }
    )
  })
})

describe('wanted members', () => {
  it('are the only ones that are read', () => {
    expect(value('{"a":{"b":1,"c":2},"d":[3],"e":4}', 'a.b', 'd')).toEqual({
      value: {
        pairs: [
          ['a', { pairs: [['b', 1n]] }],
          ['d', [3n]]
        ]
      }
    })
  })

  it('are found however their names are spelt, and a part that is wanted as a whole is whole', () => {
    expect(plain('{"\\u0061":{"b":1,"c":2}}', 'a.b', 'a')).toEqual({
      pairs: [
        [
          'a',
          {
            pairs: [
              ['b', 1n],
              ['c', 2n]
            ]
          }
        ]
      ]
    })
    expect(plain('{"grün":1}', 'grün')).toEqual({ pairs: [['grün', 1n]] })
  })

  it('are those of the whole value, whatever is wanted', () => {
    const key = fc.constantFrom('a', 'b', 'c', 'ä', '"')
    const json = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.integer(),
        fc.dictionary(key, tie('value')),
        fc.array(fc.integer())
      )
    })).value
    fc.assert(
      fc.property(json, fc.array(key, { minLength: 1, maxLength: 3 }), (document, path) => {
        const bytes = Buffer.from(JSON.stringify(document))
        const at = (read: ReturnType<typeof readExactJson>) =>
          path.reduce<ExactJson | undefined>(
            (from, name) => (from instanceof Map ? from.get(name) : undefined),
            read !== undefined && 'value' in read ? read.value : undefined
          )
        expect(at(readExactJson(bytes, WantedMembers.of([path])))).toEqual(at(readExactJson(bytes)))
      })
    )
  })
})
