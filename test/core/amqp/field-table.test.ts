import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { headersOfTable, readTable, tableOf } from '../../../src/core/amqp/field-table.js'
import type { Header } from '../../../src/core/message.js'
import { arbitraryTable, int32, int64, longText, tableWith } from './arbitrary-table.js'

const headersOf = (content: Uint8Array) => headersOfTable(content).headers

/** The table that a message is published with which was received with this one. */
function again(content: Uint8Array, change = (headers: readonly Header[]) => headers): Buffer {
  const { headers, table } = headersOfTable(content)
  return Buffer.from(tableOf(change(headers), table))
}

describe('a table of headers', () => {
  it('comes out as it came in, byte for byte, whatever its names, types and order', () => {
    fc.assert(
      fc.property(arbitraryTable, (table) => {
        expect(again(table).equals(table)).toBe(true)
      })
    )
  })

  it('comes out as it came in even if it cannot be read', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (table) => {
        expect(again(table).equals(table)).toBe(true)
      })
    )
  })

  it('needs no exact copy where all values are long strings: text and bytes say all of them', () => {
    const header = fc.tuple(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.oneof(fc.string({ unit: 'binary' }), fc.constant(Buffer.from([0xff, 0])))
    )
    fc.assert(
      fc.property(fc.array(header), (headers) => {
        expect(headersOfTable(tableOf(headers))).toEqual({ headers })
      })
    )
  })

  it('cut short anywhere is no table, and never an exception', () => {
    fc.assert(
      fc.property(arbitraryTable, fc.nat(), (table, at) => {
        const cut = table.subarray(0, at % (table.length + 1))
        expect(() => headersOfTable(cut)).not.toThrow()
      })
    )
  })

  it('that is nested without end is not read', () => {
    let nested: Buffer = Buffer.alloc(0)
    for (let depth = 0; depth < 10_000; depth++) nested = tableWith(['a', 'F', longText(nested)])
    expect(readTable(nested)).toBeUndefined()
  })
})

describe('a header shows', () => {
  it.each<readonly [what: string, type: string, value: Buffer, shown: Header[1]]>([
    ['true', 't', Buffer.from([1]), 'true'],
    ['false', 't', Buffer.from([0]), 'false'],
    ['a signed byte', 'b', Buffer.from([0xff]), '-1'],
    ['a byte', 'B', Buffer.from([0xff]), '255'],
    ['a short', 's', Buffer.from([0xff, 0xfe]), '-2'],
    ['an unsigned short', 'u', Buffer.from([0xff, 0xfe]), '65534'],
    ['an integer', 'I', int32(-3), '-3'],
    ['an unsigned integer', 'i', int32(-1), '4294967295'],
    ['a long that no number of JavaScript holds', 'l', int64(-9_007_199_254_740_993n), '-9007199254740993'],
    ['a float', 'f', Buffer.from([0x3f, 0xc0, 0, 0]), '1.5'],
    ['a double', 'd', Buffer.from([0x3f, 0xb9, 0x99, 0x99, 0x99, 0x99, 0x99, 0x9a]), '0.1'],
    ['a decimal', 'D', Buffer.from([2, 0, 0, 0, 5]), '0.05'],
    ['a decimal without digits behind the point', 'D', Buffer.from([0, 0, 0, 0, 5]), '5'],
    ['a date', 'T', int64(1_700_000_000n), '2023-11-14T22:13:20Z'],
    ['a date that is none', 'T', int64(-1n), '18446744073709551615'],
    ['nothing', 'V', Buffer.alloc(0), 'null'],
    ['text', 'S', longText('Grüße'), 'Grüße'],
    ['bytes', 'x', longText(Buffer.from([0xff])), Buffer.from([0xff])],
    ['bytes that are text', 'x', longText('abc'), 'abc'],
    [
      'a table',
      'F',
      longText(
        tableWith(
          ['n', 'l', int64(2n ** 60n)],
          ['s', 'S', longText('1')],
          ['b', 'x', longText(Buffer.from([0xff]))]
        )
      ),
      '{"n":1152921504606846976,"s":"1","b":{"base64":"/w=="}}'
    ],
    ['a list', 'A', longText(Buffer.from([0x74, 1, 0x56, 0x66, 0x7f, 0xc0, 0, 0])), '[true,null,"NaN"]']
  ])('%s', (_what, type, value, shown) => {
    expect(headersOf(tableWith(['name', type, value]))).toEqual([['name', shown]])
  })
})

describe('where headers were changed', () => {
  const table = tableWith(
    ['retries', 'I', int32(3)],
    ['trace', 'S', longText('abc')],
    ['retries', 'l', int64(3n)]
  )

  it('the others keep their types', () => {
    const changed = again(table, (headers) =>
      headers.map((header) => (header[0] === 'trace' ? (['trace', 'xyz'] as const) : header))
    )
    expect(changed).toEqual(
      tableWith(['retries', 'I', int32(3)], ['trace', 'S', longText('xyz')], ['retries', 'l', int64(3n)])
    )
  })

  it('an added one is text, and one that was removed is gone', () => {
    const changed = again(table, (headers) => [['by', 'me'], ...headers.slice(1)])
    expect(changed).toEqual(
      tableWith(['by', 'S', longText('me')], ['trace', 'S', longText('abc')], ['retries', 'I', int32(3)])
    )
  })

  it('a changed number is text, as nobody says of which type it is', () => {
    const changed = again(table, ([, ...others]) => [['retries', '4'], ...others])
    const first = tableWith(['retries', 'S', longText('4')])
    expect(changed.subarray(0, first.length)).toEqual(first)
  })
})

it('a name that is too long for a table is told', () => {
  expect(() => tableOf([['n'.repeat(256), 'v']])).toThrow(
    'the name of a header is 256 bytes long, and 255 is the most'
  )
})
