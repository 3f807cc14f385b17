import fc from 'fast-check'
import { expect, test } from 'vitest'
import { crc32c } from '../../../src/transport/wire/crc-32c.js'
import { type Folding, loadFolding } from '../../../src/transport/wire/fold-blocks.js'

/** CRC-32C bit by bit, from a sum to a sum. */
function addSlowly(before: number, bytes: Uint8Array): number {
  let sum = before
  for (const byte of bytes) {
    sum ^= byte
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0x82f63b78 : sum >>> 1
  }
  return sum
}
const slowly = (bytes: Uint8Array) => ~addSlowly(-1, bytes) >>> 0

function load(): Folding {
  const folding = loadFolding()
  if (folding === undefined) throw new Error('this machine has no WebAssembly with SIMD')
  return folding
}

/** Bytes that have no period, the same for the same seed. */
function bytesOf(size: number, seed: number): Uint8Array {
  let state = seed | 1
  return Uint8Array.from({ length: size }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    return state >>> 24
  })
}

test("the polynomial of the places can be divided by CRC-32C's", () => {
  const POLYNOMIAL = 0x1_1edc_6f41n
  const rest = (power: number) => {
    let value = 1n
    for (let bit = 0; bit < power; bit++) {
      value <<= 1n
      if (value >> 32n === 1n) value ^= POLYNOMIAL
    }
    return value
  }
  const sum = [0, 14, 39, 54, 144, 209].reduce((before, power) => before ^ rest(power * 128), 0n)
  expect(sum).toBe(0n)
})

test('what is left of bytes has their sum, whatever they are, wherever they lie, and one sequence after the other', () => {
  const folding = load()
  const size = fc.oneof(
    fc.integer({ min: folding.least, max: 9000 }),
    // Around the bounds of the pieces that are folded at once.
    fc
      .tuple(fc.constantFrom(16_384, 2 * 16_384, 3344 + 16_384), fc.integer({ min: -40, max: 40 }))
      .map(([at, by]) => at + by)
  )
  fc.assert(
    fc.property(size, fc.nat(), fc.nat(20), fc.nat(20), (length, seed, before, after) => {
      const bytes = bytesOf(before + length + after, seed)
      const { folded, rest } = folding.fold(bytes, before, before + length)
      const sum = addSlowly(addSlowly(0, folded), bytes.subarray(rest, before + length))
      expect(~sum >>> 0).toBe(slowly(bytes.subarray(before, before + length)))
    }),
    { numRuns: 200 }
  )
})

test('sums are the same before folding is loaded and after it, and of zeros and ones, too', () => {
  for (const bytes of [bytesOf(1_000_000, 7), new Uint8Array(300_000), new Uint8Array(300_000).fill(0xff)]) {
    const sum = slowly(bytes)
    expect([crc32c(bytes), crc32c(bytes), crc32c(bytes)]).toEqual([sum, sum, sum])
  }
})

test('one bit that is wrong anywhere changes the sum', () => {
  const bytes = bytesOf(50_001, 3)
  crc32c(new Uint8Array(1_000_000))
  const sum = crc32c(bytes)
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.nat(7), (at, bit) => {
      bytes[at] = (bytes[at] as number) ^ (1 << bit)
      const changed = crc32c(bytes)
      bytes[at] = (bytes[at] as number) ^ (1 << bit)
      expect(changed).not.toBe(sum)
    })
  )
})

test('where a machine has no WebAssembly, or not this part of it, or no room for it, there is none', () => {
  const refuse = (error: Error) =>
    class {
      constructor() {
        throw error
      }
    }
  const Module = class {}
  const Instance = refuse(new RangeError('could not allocate memory')) as never
  expect(loadFolding({ Module: refuse(new Error('no SIMD')), Instance })).toBeUndefined()
  expect(loadFolding({ Module, Instance })).toBeUndefined()
})
