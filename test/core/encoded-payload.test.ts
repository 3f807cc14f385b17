import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodePayload, PAYLOAD_ENCODINGS } from '../../src/core/encoded-payload.js'

const decode = (text: string, encoding: 'hex' | 'base64') => {
  const payload = decodePayload(Buffer.from(text), encoding)
  return typeof payload === 'string' ? payload : Buffer.from(payload).toString('latin1')
}

describe('a payload that is written as text', () => {
  it.each([
    ['48656c6C6F', 'hex', 'Hello'],
    ['48 65\n6c 6c\t6f\r\n', 'hex', 'Hello'],
    ['', 'hex', ''],
    ['SGVsbG8=', 'base64', 'Hello'],
    ['SGVsbG8', 'base64', 'Hello'],
    ['SGVs\nbG8=\n', 'base64', 'Hello'],
    ['-_8=', 'base64', '\xfb\xff'],
    ['+/8=', 'base64', '\xfb\xff'],
    ['', 'base64', '']
  ] as const)('%j in %s is %j', (text, encoding, bytes) => {
    expect(decode(text, encoding)).toBe(bytes)
  })

  it.each([
    ['4g', 'hex', '"g" is not a hexadecimal digit'],
    ['0x48', 'hex', '"x" is not a hexadecimal digit'],
    ['4😀', 'hex', '"😀" is not a hexadecimal digit'],
    ['486', 'hex', 'it ends within a byte'],
    ['SGVsbG8=x', 'base64', '"=" is not a base64 character'],
    ['SGV!', 'base64', '"!" is not a base64 character'],
    ['SGVsb', 'base64', 'it ends within a byte'],
    ['SGVsbG8==', 'base64', 'it ends within a byte'],
    ['====', 'base64', '"=" is not a base64 character']
  ] as const)('%j is not %s: %s', (text, encoding, why) => {
    expect(decode(text, encoding)).toBe(why)
  })

  it('is the bytes that were written', () => {
    fc.assert(
      fc.property(
        fc.uint8Array(),
        fc.constantFrom(...PAYLOAD_ENCODINGS, 'base64url' as const),
        (bytes, written) => {
          const text = Buffer.from(bytes).toString(written)
          expect(decodePayload(Buffer.from(text), written === 'hex' ? 'hex' : 'base64')).toEqual(
            Buffer.from(bytes)
          )
        }
      )
    )
  })
})
