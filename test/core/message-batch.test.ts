import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Message, messageOf, NO_HEADERS } from '../../src/core/message.js'
import { hasGuarantee, KeyedBatch, UniformBatch } from '../../src/core/message-batch.js'

const facts = { headers: NO_HEADERS, guarantee: 1 } as const

function batchOf(texts: readonly string[]): UniformBatch {
  const bounds = [0]
  for (const each of texts) bounds.push((bounds.at(-1) ?? 0) + Buffer.byteLength(each) + 1)
  return new UniformBatch('a/b', facts, Buffer.from(texts.join('\n')), bounds)
}

describe('messages that differ only in their payloads', () => {
  it('are those of an array with the same payloads: all of them, one of them, a part of them', () => {
    const texts = fc.array(fc.string({ maxLength: 20 }), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(texts, fc.nat(25), fc.nat(25), (all, start, end) => {
        const batch = batchOf(all)
        const messages: Message[] = all.map((each) =>
          messageOf('a/b', new Uint8Array(Buffer.from(each)), facts)
        )
        expect([...batch]).toEqual(messages)
        expect(batch).toHaveLength(messages.length)
        expect(batch.at(start)).toEqual(messages[start])
        expect([...batch.slice(start, end)]).toEqual(messages.slice(start, end))
      })
    )
  })

  it('have keys where a delimiter ends them, and are counted by their bytes', () => {
    const batch = new KeyedBatch(batchOf(['k:v', 'none', ':']), Buffer.from(':'))
    const messages = [
      { channel: 'a/b', payload: Uint8Array.from(Buffer.from('v')), ...facts, key: 'k' },
      messageOf('a/b', Uint8Array.from(Buffer.from('none')), facts),
      { channel: 'a/b', payload: new Uint8Array(0), ...facts, key: '' }
    ]
    expect([...batch]).toEqual(messages)
    expect(batch.at(3)).toBeUndefined()
    expect([...batch.slice(1, 9)]).toEqual(messages.slice(1))
    expect([batch.length, batch.size]).toEqual([3, 'k:v\nnone\n:\n'.length])
  })

  it('have one guarantee', () => {
    expect(hasGuarantee(batchOf(['x']), 1)).toBe(true)
    expect(hasGuarantee(batchOf(['x']), 2)).toBe(false)
    expect(hasGuarantee([{ ...facts, channel: 'a', payload: null, guarantee: 2 }], 2)).toBe(true)
    expect(hasGuarantee([], 2)).toBe(false)
  })
})
