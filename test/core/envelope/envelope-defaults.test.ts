import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type EnvelopeDefaults, parseEnvelope } from '../../../src/core/envelope/envelope.js'

const parse = (line: string, defaults: EnvelopeDefaults) => parseEnvelope(Buffer.from(line), defaults)

const textOf = (payload: Uint8Array | null) => Buffer.from(payload ?? 'no payload').toString()

describe('defaults', () => {
  const defaults: EnvelopeDefaults = {
    channel: 'd',
    guarantee: 0,
    key: 'default',
    contentType: 'text/plain',
    expiry: 9,
    responseChannel: 'r',
    correlation: Buffer.from('d'),
    sourceTime: 5,
    headers: [
      ['x', '1'],
      ['y', '2'],
      ['x', '3']
    ],
    mqtt: { retain: true, payloadUtf8: true }
  }

  it('fill in what a line does not have', () => {
    const { payload, ...facts } = parse('{"payload":1}', defaults)
    expect(facts).toEqual(defaults)
    expect(textOf(payload)).toBe('1')
  })

  it.each([
    ['"channel":"own"', { channel: 'own' }],
    ['"key":"own"', { key: 'own' }],
    ['"contentType":""', { contentType: '' }],
    ['"expiry":0', { expiry: 0 }],
    ['"mqtt":{"expiry":0}', { expiry: 0 }],
    ['"responseChannel":"own"', { responseChannel: 'own' }],
    ['"correlation":""', { correlation: Buffer.from('') }],
    ['"sourceTime":"1970-01-01T00:00:00Z"', { sourceTime: 0 }],
    ['"mqtt":{"qos":2}', { guarantee: 2 }],
    ['"mqtt":{"retain":false}', { mqtt: { retain: false, payloadUtf8: true } }],
    ['"mqtt":{"payloadUtf8":false}', { mqtt: { retain: true, payloadUtf8: false } }],
    [
      '"headers":{"x":"own"}',
      {
        headers: [
          ['x', 'own'],
          ['y', '2']
        ]
      }
    ],
    [
      '"headers":{"z":"own"}',
      {
        headers: [
          ['z', 'own'],
          ['x', '1'],
          ['y', '2'],
          ['x', '3']
        ]
      }
    ],
    [
      '"headers":{"y":"own","x":"own"}',
      {
        headers: [
          ['y', 'own'],
          ['x', 'own']
        ]
      }
    ],
    ['"headers":{}', { headers: defaults.headers }]
  ])('do not replace %s, and fill in all the rest', (field, own) => {
    const { payload: _payload, ...facts } = parse(`{"payload":1,${field}}`, defaults)
    expect(facts).toEqual({ ...defaults, ...own })
  })

  it('of MQTT give a message a binding of MQTT', () => {
    expect(parse('{"channel":"a","payload":1}', { mqtt: { payloadUtf8: true } }).mqtt).toEqual({
      retain: false,
      payloadUtf8: true
    })
    expect(parse('{"channel":"a","payload":1}', { mqtt: {} }).mqtt).toBeUndefined()
    expect(parse('{"channel":"a","payload":1,"mqtt":{"qos":1}}', { mqtt: { retain: false } }).mqtt).toEqual({
      retain: false
    })
  })
})

/** Lines with fields in any order, and with few values for each field, so that consecutive lines share some. */
const oneOf = <T>(...values: T[]) => fc.option(fc.constantFrom(...values), { nil: undefined })
const TIMES = new Map([
  ['1970-01-01T00:00:01.000001Z', 1_000_001],
  ['1970-01-01T00:00:01.000002Z', 1_000_002],
  ['1970-01-01T00:00:02.000001Z', 2_000_001],
  ['1970-01-01T01:00:01.000003+01:00', 1_000_003]
])
const fieldsOfLine = fc.record({
  channel: oneOf('a', 'b', 'äöü'),
  time: oneOf(...TIMES.keys()),
  sourceTime: oneOf(...TIMES.keys()),
  key: oneOf('k', 'l'),
  contentType: oneOf('x/y', 'text/plain'),
  expiry: oneOf(1, 0.5),
  headers: oneOf<Record<string, string>>({ h: '1' }, { h: '2', i: '3' }),
  mqtt: oneOf<{ qos?: 1 | 2; retain?: boolean; dup?: true; contentType?: string; expiry?: number }>(
    {},
    { qos: 1 },
    { qos: 2, retain: true },
    { retain: false, dup: true },
    { contentType: 'old', expiry: 7 }
  )
})
type FieldsOfLine = typeof fieldsOfLine extends fc.Arbitrary<infer Fields> ? Fields : never
const lines = fieldsOfLine.chain((fields) => {
  const names = Object.keys(fields)
  return fc.record({
    fields: fc.constant(fields),
    order: fc.shuffledSubarray(names, { minLength: names.length })
  })
})
const someDefaults = fc.constantFrom<EnvelopeDefaults>(
  { channel: 'd' },
  { channel: 'd', guarantee: 0 },
  { channel: 'e', mqtt: { retain: true } },
  { channel: 'd', key: 'given', mqtt: { payloadUtf8: false } },
  { channel: 'd', contentType: 'given', headers: [['h', 'given']], guarantee: 2 },
  { channel: 'd', headers: [['j', 'given']], mqtt: { retain: false } }
)

/** The message of a line with its defaults, computed without any memory of other lines. */
function factsOf({ headers = {}, mqtt = {}, ...own }: FieldsOfLine, defaults: EnvelopeDefaults): unknown {
  const { qos, contentType, expiry, ...binding } = { ...defaults.mqtt, ...mqtt }
  const given = defaults.headers ?? []
  return {
    channel: own.channel ?? defaults.channel,
    headers: [...Object.entries(headers), ...given.filter(([name]) => !(name in headers))],
    guarantee: qos ?? defaults.guarantee,
    key: own.key ?? defaults.key,
    contentType: own.contentType ?? contentType ?? defaults.contentType,
    expiry: own.expiry ?? expiry,
    time: own.time && TIMES.get(own.time),
    sourceTime: own.sourceTime && TIMES.get(own.sourceTime),
    mqtt: Object.keys(binding).length === 0 ? undefined : { retain: false, ...binding }
  }
}

it('a line gives the same message after any other lines', () => {
  const readings = fc.array(fc.tuple(lines, someDefaults), { minLength: 1, maxLength: 10 })
  fc.assert(
    fc.property(readings, (all) => {
      for (const [{ fields, order }, defaults] of all) {
        const said = Object.entries(fields).sort(([a], [b]) => order.indexOf(a) - order.indexOf(b))
        const line = JSON.stringify({ ...Object.fromEntries(said), payload: 1 })
        const { payload: _payload, ...facts } = parse(line, defaults)
        expect(facts).toEqual(factsOf(fields, defaults))
      }
    }),
    { numRuns: 1000 }
  )
})
