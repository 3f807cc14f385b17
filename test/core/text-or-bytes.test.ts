import fc from 'fast-check'
import { expect, it } from 'vitest'
import { textOrBytes } from '../../src/core/text-or-bytes.js'

/** Mostly ASCII, so that short texts of it alone come, and those with one other byte anywhere. */
const byte = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 0, max: 127 }) },
  fc.integer({ min: 128, max: 255 })
)

it('is text where the bytes are UTF-8, and a copy of the bytes elsewhere, however long and wherever they lie', () => {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 30 }), fc.nat(5), fc.nat(5), (inside, before, after) => {
      const bytes = Buffer.concat([
        Buffer.alloc(before, 0xff),
        Buffer.from(inside),
        Buffer.alloc(after, 0xff)
      ])
      const found = textOrBytes(bytes, before, before + inside.length)
      let wanted: string | Uint8Array = Uint8Array.from(inside)
      try {
        wanted = decoder.decode(wanted)
      } catch {}
      expect(typeof found === 'string' ? found : Uint8Array.from(found)).toEqual(wanted)
    }),
    { numRuns: 1000 }
  )
})
