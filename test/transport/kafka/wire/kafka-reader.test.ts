import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KafkaReader } from '../../../../src/transport/kafka/wire/kafka-reader.js'
import { KafkaWriter } from '../../../../src/transport/kafka/wire/kafka-writer.js'

const written = (write: (to: KafkaWriter) => void): Buffer => {
  const to = new KafkaWriter(4)
  write(to)
  const bytes = Buffer.concat(to.parts)
  expect(bytes).toHaveLength(to.size)
  return bytes
}
const reader = (bytes: Buffer) => new KafkaReader(bytes, 0, bytes.length)

describe("the types of Kafka's protocol", () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(
        fc.maxSafeInteger(),
        fc.option(fc.string({ unit: 'binary', maxLength: 50 })),
        fc.option(fc.uint8Array({ maxLength: 9000 })),
        fc.array(fc.boolean(), { maxLength: 9 }),
        (number, text, bytes, list) => {
          const from = reader(
            written((to) => {
              to.int64(number)
              to.string(text)
              to.sizedBytes(bytes)
              to.array(list, (each) => to.boolean(each))
            })
          )
          expect(from.int64()).toBe(number)
          expect(from.nullableString()).toBe(text)
          expect(Buffer.from(from.sizedBytes())).toEqual(Buffer.from(bytes ?? []))
          expect(from.array(() => from.boolean())).toEqual(list)
          expect(from.left).toBe(0)
        }
      )
    )
  })

  it('have signs', () => {
    const from = reader(Buffer.from([0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xfd]))
    expect([from.int8(), from.int16(), from.int32()]).toEqual([-1, -2, -3])
  })

  it('cannot claim more than there is', () => {
    expect(() => reader(Buffer.from([0x7f, 0xff, 0xff, 0xff, 1])).array(() => 0)).toThrow(RangeError)
    expect(() => reader(Buffer.from([0, 9, 1])).string()).toThrow(RangeError)
    expect(() => reader(Buffer.from([0xff, 0xff])).string()).toThrow('null')
  })
})
