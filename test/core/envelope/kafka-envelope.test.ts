import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type EnvelopeDefaults,
  formatEnvelope,
  parseEnvelope,
  unknownFields
} from '../../../src/core/envelope/envelope.js'
import type { KafkaBinding } from '../../../src/core/kafka/kafka-binding.js'
import type { Header, Message, TextOrBytes } from '../../../src/core/message.js'

const message = (facts: Partial<Message>): Message => ({
  channel: 'plant.1.temp',
  payload: Buffer.from('1'),
  headers: [],
  guarantee: undefined,
  ...facts
})

const parse = (line: string, defaults?: EnvelopeDefaults) => parseEnvelope(Buffer.from(line), defaults)
const parseKafka = (kafka: string, defaults?: EnvelopeDefaults) =>
  parse(`{"channel":"a","payload":1,"kafka":${kafka}}`, defaults).kafka

const isText = (each: Uint8Array) => Buffer.from(Buffer.from(each).toString()).equals(each)
const textOrBytes: fc.Arbitrary<TextOrBytes> = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .uint8Array({ minLength: 1 })
    .filter((each) => !isText(each))
    .map((each) => Buffer.from(each))
)
const header: fc.Arbitrary<Header> = fc.tuple(
  fc.oneof(fc.constantFrom('a', 'b', '1', '__proto__', ''), fc.string({ unit: 'binary' })),
  fc.oneof(fc.constant(''), textOrBytes)
)
const binding: fc.Arbitrary<KafkaBinding> = fc.record(
  {
    partition: fc.nat({ max: 2 ** 31 - 1 }),
    offset: fc.maxSafeNat(),
    isAppendTime: fc.constant(true),
    nullHeaders: fc.array(fc.nat({ max: 20 }))
  },
  { requiredKeys: [] }
)

describe('the field "kafka" of a line', () => {
  it('is written behind the others, in this order', () => {
    const kafka = { nullHeaders: [0, 2], isAppendTime: true, offset: 7, partition: 3 }
    expect(formatEnvelope(message({ key: 'k', guarantee: 0, kafka }))).toBe(
      '{"channel":"plant.1.temp","key":"k","payload":1,"encoding":"json","mqtt":{"qos":0},' +
        '"kafka":{"partition":3,"offset":7,"appendTime":true,"nullHeaders":[0,2]}}'
    )
  })

  it('has no field of MQTT beside it where the guarantee is that of every reader', () => {
    const kafka = { partition: 3 }
    for (const guarantee of [1, undefined] as const)
      expect(formatEnvelope(message({ guarantee, kafka }))).toBe(
        '{"channel":"plant.1.temp","payload":1,"encoding":"json","kafka":{"partition":3}}'
      )
  })

  it('is left out where there is nothing to say', () => {
    expect(formatEnvelope(message({ kafka: {} }))).toBe(formatEnvelope(message({})))
    expect(parseKafka('{}')).toBeUndefined()
    expect(parseKafka('null')).toBeUndefined()
    expect(parseKafka('{"appendTime":false,"offset":null}')).toBeUndefined()
  })

  it('says the same once it was written and read, and no reader has a word that it does not know', () => {
    fc.assert(
      fc.property(binding, (kafka) => {
        const { kafka: read } = parse(formatEnvelope(message({ kafka })))
        expect(read ?? {}).toEqual(kafka)
        expect(unknownFields).toEqual([])
      })
    )
  })

  it('belongs to a message whose other facts come back, too: key, headers, tombstone, times', () => {
    const whole = fc.record({
      kafka: binding,
      key: fc.option(textOrBytes, { nil: undefined }),
      headers: fc.array(header, { maxLength: 6 }),
      payload: fc.option(fc.uint8Array(), { nil: null }),
      sourceTime: fc.option(fc.nat({ max: 4_000_000_000_000_000 }), { nil: undefined })
    })
    fc.assert(
      fc.property(fc.array(whole, { minLength: 1, maxLength: 3 }), (all) => {
        for (const facts of [...all, ...all.toReversed()]) {
          const read = parse(formatEnvelope(message(facts)))
          expect(read.kafka ?? {}).toEqual(facts.kafka)
          expect(textsOf(read.key)).toEqual(textsOf(facts.key))
          expect(read.headers.map((each) => each.map(textsOf))).toEqual(
            facts.headers.map((each) => each.map(textsOf))
          )
          expect(read.payload === null).toBe(facts.payload === null)
          expect(Buffer.from(read.payload ?? [])).toEqual(Buffer.from(facts.payload ?? []))
          expect(read.sourceTime).toBe(facts.sourceTime)
        }
      })
    )
  })

  it.each([
    ['5', 'field "kafka" is 5: must be an object'],
    ['{"partition":-1}', 'field "kafka.partition" is -1: must be a whole number from 0'],
    ['{"partition":1.5}', 'field "kafka.partition" is 1.5: must be a whole number from 0'],
    ['{"offset":"7"}', 'field "kafka.offset" is "7": must be a whole number from 0'],
    ['{"appendTime":1}', 'field "kafka.appendTime" is 1: must be true or false'],
    ['{"nullHeaders":1}', 'field "kafka.nullHeaders" is 1: must be a list of whole numbers from 0'],
    ['{"nullHeaders":[-1]}', 'must be a list of whole numbers from 0']
  ])('is not %s', (kafka, reason) => {
    expect(() => parseKafka(kafka)).toThrow(reason)
  })

  it('says where a message was if it has an offset: then the default says where it is to go', () => {
    const defaults = { kafka: { partition: 1 } }
    expect(parseKafka('{"partition":3,"offset":7,"appendTime":true,"nullHeaders":[0]}', defaults)).toEqual({
      partition: 1,
      nullHeaders: [0]
    })
    expect(parseKafka('{"partition":3,"offset":7}')).toEqual({ partition: 3, offset: 7 })
  })

  it('says where a message is to go if it has no offset, and counts before the default', () => {
    const defaults = { kafka: { partition: 1 } }
    expect(parseKafka('{"partition":3}', defaults)).toEqual({ partition: 3 })
    expect(parseKafka('{}', defaults)).toEqual({ partition: 1 })
    expect(parse('{"channel":"a","payload":1}', defaults).kafka).toEqual({ partition: 1 })
  })
})

/** A text or bytes, so that they can be compared, and are told apart. */
const textsOf = (value: TextOrBytes | undefined): string | undefined =>
  typeof value === 'object' ? `bytes ${Buffer.from(value).toString('hex')}` : value
