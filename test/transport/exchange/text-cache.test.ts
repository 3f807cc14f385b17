import fc from 'fast-check'
import { expect, it } from 'vitest'
import { TextCache } from '../../../src/transport/exchange/text-cache.js'
import { decodeTopic } from '../../../src/transport/mqtt/exchange/text-decoder.js'

it('a topic is the same text each time, whatever other topics came between', () => {
  const cache = new TextCache(decodeTopic)
  const topic = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 300, size: 'max' })
    .map((text) => text.replace(/[\p{Cc}\p{Cn}\p{Co}+#\ufeff]/gu, '_'))
  fc.assert(
    fc.property(fc.array(topic, { minLength: 1 }), (topics) => {
      for (const text of [...topics, ...topics.toReversed()]) {
        const bytes = Buffer.from(`..${text}..`)
        expect(cache.text(bytes, 2, bytes.length - 2)).toBe(text)
      }
    })
  )
})

it('a topic has a text of its own: the buffer that it came in may be used again', () => {
  const cache = new TextCache(decodeTopic)
  const bytes = Buffer.from('abc')
  cache.text(bytes, 0, 3)
  bytes.write('xyz')
  expect([cache.text(bytes, 0, 3), cache.text(Buffer.from('abc'), 0, 3)]).toEqual(['xyz', 'abc'])
})

it('what no topic may be is refused, also when it comes again', () => {
  const cache = new TextCache(decodeTopic)
  const bytes = Buffer.from('a/#')
  for (let time = 0; time < 2; time++) expect(() => cache.text(bytes, 0, 3)).toThrow()
})
