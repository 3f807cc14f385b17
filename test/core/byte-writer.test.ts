import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteWriter } from '../../src/core/byte-writer.js'

const piece = fc.oneof(
  fc.uint8Array({ maxLength: 80 }),
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.integer({ min: 0, max: 255 })
)

describe('ByteWriter', () => {
  it('hands over every piece in order, with any first capacity', () => {
    fc.assert(
      fc.property(fc.array(piece), fc.nat({ max: 100 }), (pieces, capacity) => {
        const writer = new ByteWriter(capacity)
        const expected: Buffer[] = []
        for (const each of pieces) {
          if (typeof each === 'number') writer.writeByte(each)
          else if (typeof each === 'string') writer.writeText(each)
          else writer.writeBytes(each)
          expected.push(typeof each === 'number' ? Buffer.from([each]) : Buffer.from(each as string))
        }
        const all = Buffer.concat(expected)
        expect(writer.length).toBe(all.length)
        expect(all.equals(writer.take())).toBe(true)
        expect(writer.length).toBe(0)
      })
    )
  })

  it('hands over many bytes where they are, if it is told so, and all others between them', () => {
    fc.assert(
      fc.property(fc.array(piece), fc.boolean(), (pieces, joins) => {
        const writer = new ByteWriter(10, 30)
        const many = pieces.filter((each) => each instanceof Uint8Array && each.length >= 30) as Uint8Array[]
        for (const each of pieces)
          if (typeof each === 'number') writer.writeByte(each)
          else if (typeof each === 'string') writer.writeText(each)
          else writer.writeBytes(each)
        const all = Buffer.concat(
          pieces.map((each) => Buffer.from(typeof each === 'number' ? [each] : (each as string)))
        )
        expect(writer.length).toBe(all.length)
        const taken = joins ? [writer.take()] : writer.takePieces()
        expect(Buffer.concat(taken).equals(all)).toBe(true)
        expect(taken.length).toBeGreaterThan(0)
        const places = taken.map(({ buffer, byteOffset }) => ({ buffer, byteOffset }))
        if (!joins)
          for (const { buffer, byteOffset } of many)
            expect(places.some((place) => place.buffer === buffer && place.byteOffset === byteOffset)).toBe(
              true
            )
        expect(writer.length).toBe(0)
        expect(writer.take()).toHaveLength(0)
      })
    )
  })

  it('leaves what was taken as it is, until it may be used again', () => {
    const writer = new ByteWriter()
    writer.writeText('first')
    const first = writer.take()
    writer.writeText('second')
    const second = writer.take()
    expect([String(first), String(second)]).toEqual(['first', 'second'])
    writer.reuse()
    writer.writeText('third')
    const third = writer.take()
    expect([String(first), String(third)]).toEqual(['first', 'third'])
    expect(third.buffer).toBe(second.buffer)
  })

  it('uses no bytes again that were not copied', () => {
    const writer = new ByteWriter(10, 30)
    const many = Buffer.alloc(40, 'x')
    writer.writeBytes(many)
    expect(writer.takePieces()).toEqual([Uint8Array.from(many)])
    writer.reuse()
    writer.writeText('y'.repeat(29))
    expect([String(many), String(writer.take())]).toEqual(['x'.repeat(40), 'y'.repeat(29)])
  })

  it('writes a part of some bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 100 }),
        fc.nat({ max: 100 }),
        fc.nat({ max: 100 }),
        (bytes, a, b) => {
          const start = Math.min(a, b, bytes.length)
          const end = Math.min(Math.max(a, b), bytes.length)
          const writer = new ByteWriter()
          writer.writeBytes(bytes, start, end)
          expect(Buffer.from(bytes).subarray(start, end).equals(writer.take())).toBe(true)
        }
      )
    )
  })

  it('never changes bytes that it has handed over', () => {
    const writer = new ByteWriter()
    writer.writeText('first')
    const first = writer.take()
    writer.writeText('SECOND')
    expect(Buffer.from(first).toString()).toBe('first')
    expect(Buffer.from(writer.take()).toString()).toBe('SECOND')
  })
})

it('writes whole numbers as their decimal digits', () => {
  const edges = fc.constantFrom(0, 9, 10, 99, 100, 999_999_999, 1_000_000_000, 2 ** 31 - 1, 2 ** 31, 2 ** 53)
  fc.assert(
    fc.property(fc.oneof(edges, fc.nat(1000), fc.maxSafeNat()), (value) => {
      const writer = new ByteWriter(1)
      writer.writeInteger(value)
      expect(Buffer.from(writer.take()).toString()).toBe(String(value))
    })
  )
})
