import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeTable, encodeTable, TableError } from '../../../../src/transport/amqp/wire/field-table.js'
import { mutate, numbersFrom } from '../../../support/mutation.js'

type Headers = readonly (readonly [string, string | Uint8Array])[]

function encoded(headers: Headers): Uint8Array {
  const table = encodeTable(headers)
  if ('why' in table) throw new Error(table.why)
  return table
}

/** One field: a name, the letter of its type, and its value. */
const field = (name: string, type: string, ...value: number[]): Buffer =>
  Buffer.concat([Buffer.of(name.length), Buffer.from(name + type), Buffer.from(value)])

/** A field whose value has its length before it. */
const sized = (name: string, type: string, value: Uint8Array): Buffer => {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(value.length)
  return Buffer.concat([field(name, type), length, value])
}

describe('a table of headers', () => {
  it('comes back in order, with repeats, as the same bytes', () => {
    const value = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.uint8Array().map((bytes) => Buffer.from(bytes))
    )
    const name = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 20 }),
      fc.constantFrom('__proto__', '1', '10', 'b', 'b')
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value)), (headers) => {
        const table = encoded(headers)
        const decoded = decodeTable(table)
        expect(
          decoded.headers.map(([key, each]) => [key, typeof each === 'string' ? each : Buffer.from(each)])
        ).toEqual(headers)
        expect(decoded.isExact).toBe(true)
        expect(Buffer.from(encoded(decoded.headers))).toEqual(table)
      })
    )
  })

  it('has no name of more than 255 bytes', () => {
    expect(encodeTable([['ä'.repeat(128), 'x']])).toEqual({
      why: 'the name of a header has 256 bytes, and 255 are the most'
    })
    expect(decodeTable(encoded([['ä'.repeat(127), 'x']])).headers).toEqual([['ä'.repeat(127), 'x']])
  })

  it.each<[string, Buffer, string]>([
    ['true', field('h', 't', 1), 'true'],
    ['false', field('h', 't', 0), 'false'],
    ['a signed byte', field('h', 'b', 0xff), '-1'],
    ['an unsigned byte', field('h', 'B', 0xff), '255'],
    ['two signed bytes', field('h', 's', 0xff, 0xfe), '-2'],
    ['two unsigned bytes', field('h', 'u', 0xff, 0xfe), '65534'],
    ['four signed bytes', field('h', 'I', 0xff, 0xff, 0xff, 0xff), '-1'],
    ['four unsigned bytes', field('h', 'i', 0xff, 0xff, 0xff, 0xff), '4294967295'],
    ['eight signed bytes', field('h', 'l', 0x7f, 255, 255, 255, 255, 255, 255, 255), '9223372036854775807'],
    ['a time', field('h', 'T', 0, 0, 0, 0, 0x65, 0x53, 0xf1, 0x00), '1700000000'],
    ['a single float', field('h', 'f', 0x3f, 0x80, 0, 0), '1'],
    ['a double', field('h', 'd', 0x3f, 0xf8, 0, 0, 0, 0, 0, 0), '1.5'],
    ['no number', field('h', 'f', 0x7f, 0xc0, 0, 0), 'NaN'],
    ['a decimal', field('h', 'D', 2, 0xff, 0xff, 0xff, 0xfb), '-0.05'],
    ['a decimal without places', field('h', 'D', 0, 0, 0, 0, 7), '7'],
    ['nothing', field('h', 'V'), ''],
    [
      'a table',
      sized('h', 'F', Buffer.concat([field('a', 't', 1), sized('b', 'S', Buffer.from('"'))])),
      '{"a":true,"b":"\\""}'
    ],
    [
      'an array',
      sized(
        'h',
        'A',
        Buffer.concat([
          Buffer.from('V'),
          Buffer.from([0x6c, 255, 255, 255, 255, 255, 255, 255, 255]),
          Buffer.from([0x78, 0, 0, 0, 1, 7])
        ])
      ),
      '[null,-1,"Bw=="]'
    ]
  ])('shows %s as text, and says that text is not all', (_name, table, text) => {
    expect(decodeTable(table)).toEqual({ headers: [['h', text]], isExact: false })
  })

  it('shows text that is not UTF-8 as bytes, and says that it was text', () => {
    expect(decodeTable(sized('h', 'S', Buffer.of(0xff)))).toEqual({
      headers: [['h', Buffer.of(0xff)]],
      isExact: false
    })
    expect(decodeTable(sized('h', 'S', Buffer.from('\uFFFD')))).toEqual({
      headers: [['h', '\uFFFD']],
      isExact: true
    })
  })

  it('is read however deep it is', () => {
    let deep = sized('x', 'F', Buffer.alloc(0))
    for (let depth = 0; depth < 10_000; depth++) deep = sized('x', 'F', deep)
    const [[, text] = []] = decodeTable(deep).headers
    expect(text).toContain('"…"')
  })

  it.each<[string, Buffer, string]>([
    ['an unknown type', field('h', 'q', 1), 'unknown type "q"'],
    ['a value that is cut', field('h', 'I', 1), 'ends too early'],
    ['a text that is longer than the table', field('h', 'S', 0xff, 0xff, 0xff, 0xff), 'ends too early'],
    ['a name that is longer than the table', Buffer.of(9, 1), 'ends too early'],
    ['an inner table that reaches out', sized('h', 'F', Buffer.of(200)), 'ends too early']
  ])('is refused for %s', (_name, table, reason) => {
    expect(() => decodeTable(table)).toThrow(TableError)
    expect(() => decodeTable(table)).toThrow(reason)
  })

  it('is refused or read, whatever is damaged', () => {
    const below = numbersFrom(3)
    const table = Buffer.concat([
      sized('a', 'S', Buffer.from('text')),
      sized('b', 'F', sized('c', 'A', field('', 't', 1).subarray(1))),
      field('d', 'D', 1, 0, 0, 0, 1),
      field('e', 'l', 1, 2, 3, 4, 5, 6, 7, 8)
    ])
    let refused = 0
    for (let run = 0; run < 20_000; run++) {
      try {
        decodeTable(mutate(table, below))
      } catch (error) {
        if (!(error instanceof TableError)) throw error
        refused++
      }
    }
    expect(refused).toBeGreaterThan(5000)
  })
})
