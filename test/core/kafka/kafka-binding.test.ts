import { expect, it } from 'vitest'
import { publishedKafka } from '../../../src/core/kafka/kafka-binding.js'

it('a message that was received is published without saying where it was', () => {
  expect(publishedKafka({ partition: 3, offset: 7, isAppendTime: true })).toBeUndefined()
  expect(publishedKafka({ partition: 3, offset: 7, nullHeaders: [1] })).toEqual({ nullHeaders: [1] })
})

it('a partition without an offset says where a message is to go', () => {
  const wish = { partition: 3 }
  expect(publishedKafka(wish)).toBe(wish)
  expect(publishedKafka(undefined)).toBeUndefined()
})
