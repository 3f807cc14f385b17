import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isGzip, unpacked } from '../../../src/files/recording/gunzip.js'

async function read(bytes: Uint8Array, size = 7) {
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
  }
  const parts: Uint8Array[] = []
  let failure: unknown
  try {
    for await (const part of unpacked(chunks(), 'a.gz')) parts.push(part)
  } catch (error) {
    failure = error
  }
  return { text: Buffer.concat(parts).toString(), failure }
}
const text = Array.from({ length: 2000 }, (_, n) => `line ${n}\n`).join('')

describe('bytes', () => {
  it('are unpacked where they are gzip, of several members, too, and stay as they are where not', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string()), fc.integer({ min: 1, max: 40 }), async (parts, size) => {
        const packed = Buffer.concat(parts.map((part) => gzipSync(part)))
        expect(await read(packed, size)).toEqual({ text: parts.join(''), failure: undefined })
        const plain = Buffer.from(`x${parts.join('')}`)
        expect(await read(plain, size)).toEqual({ text: plain.toString(), failure: undefined })
      }),
      { numRuns: 30 }
    )
  })

  it('are gzip by their first two', () => {
    expect([isGzip(gzipSync('')), isGzip(Buffer.of(0x1f)), isGzip(new Uint8Array())]).toEqual([
      true,
      false,
      false
    ])
  })
})

describe('gzip that is not whole', () => {
  it('gives everything that can be read, and then says that it ends too early', async () => {
    const packed = gzipSync(text)
    const { text: found, failure } = await read(packed.subarray(0, packed.length - 20), 1000)
    expect(failure).toMatchObject({ kind: 'bad-input', code: 'torn-gzip', details: { file: 'a.gz' } })
    expect(found.length).toBeGreaterThan(0)
    expect(text.startsWith(found)).toBe(true)
  })

  it.each([
    ['a broken checksum', Buffer.concat([gzipSync(text).subarray(0, -8), Buffer.alloc(8, 7)])],
    ['other bytes behind it', Buffer.concat([gzipSync('a\n'), Buffer.from('garbage')])]
  ])('is damaged by %s', async (_what, packed) => {
    // Whether what is wrong begins a chunk or not.
    for (const size of [7, packed.length])
      expect((await read(packed, size)).failure).toMatchObject({ code: 'damaged-gzip' })
  })
})
