import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ByteReader } from '../../../src/transport/wire/byte-reader.js'
import { ByteWriter } from '../../../src/transport/wire/byte-writer.js'

const value = fc.oneof(
  fc.record({ kind: fc.constant('byte' as const), value: fc.nat(255) }),
  fc.record({ kind: fc.constant('twoBytes' as const), value: fc.nat(65_535) }),
  fc.record({ kind: fc.constant('fourBytes' as const), value: fc.nat(0xffffffff) }),
  fc.record({ kind: fc.constant('variableInteger' as const), value: fc.maxSafeNat() }),
  fc.record({ kind: fc.constant('text' as const), value: fc.string({ unit: 'binary' }) })
)

test('what is written is read, in its order, from a buffer that has to grow', () => {
  fc.assert(
    fc.property(fc.array(value), (values) => {
      const to = new ByteWriter(1)
      for (const one of values) {
        if (one.kind === 'text') to.text(one.value)
        else to[one.kind](one.value)
      }
      const from = new ByteReader(to.written, 0, to.length)
      expect(values.map(({ kind }) => from[kind]())).toEqual(values.map(({ value: written }) => written))
      expect(from.left).toBe(0)
    })
  )
})

test('a reader does not read beyond its end', () => {
  const bytes = Buffer.from([0, 5, 97, 98, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])
  expect(() => new ByteReader(bytes, 0, 4).text()).toThrow(RangeError)
  expect(() => new ByteReader(bytes, 0, 1).twoBytes()).toThrow(RangeError)
  expect(() => new ByteReader(bytes, 4, 13).variableInteger()).toThrow(RangeError)
  expect(() => new ByteReader(bytes, 4, 6).variableInteger()).toThrow(RangeError)
})
