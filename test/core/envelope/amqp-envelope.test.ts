import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AmqpBinding } from '../../../src/core/amqp/amqp-binding.js'
import { headersOfTable, tableOf } from '../../../src/core/amqp/field-table.js'
import { type EnvelopeDefaults, formatEnvelope, parseEnvelope } from '../../../src/core/envelope/envelope.js'
import type { Message } from '../../../src/core/message.js'
import { arbitraryTable } from '../amqp/arbitrary-table.js'

const message = (facts: Partial<Message>): Message => ({
  channel: 'plant.1.temp',
  payload: Buffer.from('1'),
  headers: [],
  guarantee: undefined,
  ...facts
})

const parse = (line: string, defaults?: EnvelopeDefaults) => parseEnvelope(Buffer.from(line), defaults)
const parseAmqp = (amqp: string, defaults?: EnvelopeDefaults) =>
  parse(`{"channel":"a","payload":1,"amqp":${amqp}}`, defaults).amqp

describe('the field "amqp" of a line', () => {
  it('is written behind the others, in this order', () => {
    const amqp: AmqpBinding = {
      table: Buffer.from('t'),
      offset: 7,
      deliveryCount: 2,
      redelivered: true,
      contentEncoding: 'gzip',
      userId: 'guest',
      appId: 'shop',
      type: 'order',
      messageId: 'm1',
      priority: 3,
      deliveryMode: 2,
      routingKey: 'plant/1.temp',
      exchange: ''
    }
    expect(formatEnvelope(message({ guarantee: 2, amqp }))).toBe(
      '{"channel":"plant.1.temp","payload":1,"encoding":"json","mqtt":{"qos":2},"amqp":{"exchange":"","routingKey":"plant/1.temp",' +
        '"deliveryMode":2,"priority":3,"messageId":"m1","type":"order","appId":"shop","userId":"guest","contentEncoding":"gzip",' +
        '"redelivered":true,"deliveryCount":2,"offset":7,"table":"dA=="}}'
    )
  })

  it('is left out where there is nothing to say', () => {
    expect(formatEnvelope(message({ amqp: {} }))).toBe(formatEnvelope(message({})))
    expect(parseAmqp('{}')).toBeUndefined()
    expect(parseAmqp('null')).toBeUndefined()
    expect(parseAmqp('{"redelivered":false,"type":null}')).toBeUndefined()
  })

  const shortString = fc.oneof(fc.string({ unit: 'binary' }), fc.constant(Buffer.from([0xff, 0x22])))
  const count = fc.maxSafeNat()
  const binding: fc.Arbitrary<AmqpBinding> = fc.record(
    {
      exchange: fc.string({ unit: 'binary' }),
      routingKey: fc.string({ unit: 'binary' }),
      deliveryMode: fc.nat({ max: 255 }),
      priority: fc.nat({ max: 255 }),
      messageId: shortString,
      type: shortString,
      appId: shortString,
      userId: shortString,
      contentEncoding: shortString,
      redelivered: fc.constant(true),
      deliveryCount: count,
      offset: count,
      table: fc.uint8Array().map((some) => Buffer.from(some))
    },
    { requiredKeys: [] }
  )

  it('says the same once it was written and read', () => {
    fc.assert(
      fc.property(binding, (amqp) => {
        const { amqp: read } = parse(formatEnvelope(message({ amqp })))
        expect(read ?? {}).toEqual(amqp)
      })
    )
  })

  it('of several messages in a row is that of each, also where they share one', () => {
    fc.assert(
      fc.property(fc.array(binding, { minLength: 1, maxLength: 4 }), (bindings) => {
        for (const amqp of [...bindings, ...bindings.toReversed()])
          for (const payload of [Buffer.from('1'), Buffer.from('x')])
            expect(parse(formatEnvelope(message({ amqp, payload }))).amqp ?? {}).toEqual(amqp)
      })
    )
  })

  it('carries a table of headers to the next broker byte for byte', () => {
    fc.assert(
      fc.property(arbitraryTable, (sent) => {
        const { headers, table } = headersOfTable(sent)
        const read = parse(formatEnvelope(message({ headers, amqp: { table } })))
        expect(Buffer.from(tableOf(read.headers, read.amqp?.table)).equals(sent)).toBe(true)
      })
    )
  })

  it.each([
    ['5', 'field "amqp" is 5: must be an object'],
    ['{"priority":256}', 'field "amqp.priority" is 256: must be a number from 0 to 255'],
    ['{"priority":1.5}', 'field "amqp.priority" is 1.5: must be a number from 0 to 255'],
    ['{"deliveryMode":"2"}', 'field "amqp.deliveryMode" is "2": must be a number from 0 to 255'],
    ['{"type":5}', 'field "amqp.type" is 5: must be a string or {"base64": "..."}'],
    ['{"exchange":5}', 'field "amqp.exchange" is 5: must be a string'],
    ['{"redelivered":1}', 'field "amqp.redelivered" is 1: must be true or false'],
    ['{"offset":-1}', 'field "amqp.offset" is -1: must be a whole number from 0'],
    ['{"table":"x"}', 'field "amqp.table" is "x": must be base64']
  ])('is not %s', (amqp, reason) => {
    expect(() => parseAmqp(amqp)).toThrow(reason)
  })

  it('has the members that the defaults say, where it has none of its own', () => {
    const defaults = { amqp: { priority: 5, type: 'order' } }
    expect(parseAmqp('{"priority":1}', defaults)).toEqual({ priority: 1, type: 'order' })
    expect(parseAmqp('{}', defaults)).toEqual({ priority: 5, type: 'order' })
    expect(parse('{"channel":"a","payload":1}', defaults).amqp).toEqual({ priority: 5, type: 'order' })
  })
})
