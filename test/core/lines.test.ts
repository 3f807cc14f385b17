import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lineBatches } from '../../src/core/lines.js'

async function* chunked(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b)
  let from = 0
  for (const place of [...places, bytes.length]) {
    if (place > from) yield bytes.subarray(from, place)
    from = place
  }
}

async function linesOf(chunks: AsyncIterable<Uint8Array>): Promise<string[]> {
  const lines: string[] = []
  for await (const batch of lineBatches(chunks))
    lines.push(...batch.map((line) => Buffer.from(line).toString('latin1')))
  return lines
}

describe('lines of a stream of bytes', () => {
  it('are the same for any chunks of the stream, and lose no byte', async () => {
    const anyBytes = fc.array(
      fc.oneof(
        { weight: 1, arbitrary: fc.constant(0x0a) },
        { weight: 4, arbitrary: fc.integer({ min: 0, max: 255 }) }
      )
    )
    await fc.assert(
      fc.asyncProperty(anyBytes, fc.array(fc.nat()), async (numbers, cuts) => {
        const bytes = Uint8Array.from(numbers)
        const text = Buffer.from(bytes).toString('latin1')
        const expected = text.split('\n')
        if (expected.at(-1) === '') expected.pop()
        expect(await linesOf(chunked(bytes, cuts))).toEqual(expected)
      })
    )
  })

  it('keep carriage returns and NUL, and count an unterminated last line', async () => {
    expect(await linesOf(chunked(Buffer.from('a\r\n\0\n\nlast', 'latin1'), [3, 4, 7]))).toEqual([
      'a\r',
      '\0',
      '',
      'last'
    ])
  })
})
