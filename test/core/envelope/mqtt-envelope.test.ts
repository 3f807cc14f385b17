import { describe, expect, it } from 'vitest'
import { parseEnvelope } from '../../../src/core/envelope/envelope.js'

const parseFields = (fields: string) => parseEnvelope(Buffer.from(`{"channel":"a","payload":1,${fields}}`))

const textOf = (payload: Uint8Array | null) => Buffer.from(payload ?? 'no payload').toString()

describe('a line of version 0.1', () => {
  const old =
    '"mqtt":{"qos":2,"retain":true,"expiry":60,"contentType":"text/plain","responseChannel":"r","correlation":"AQI="}'

  it('has the fields that protocols share inside "mqtt"', () => {
    const { payload, ...facts } = parseFields(old)
    expect(facts).toEqual({
      channel: 'a',
      headers: [],
      guarantee: 2,
      expiry: 60,
      contentType: 'text/plain',
      responseChannel: 'r',
      correlation: Buffer.from([1, 2]),
      mqtt: { retain: true }
    })
    expect(textOf(payload)).toBe('1')
  })

  it.each([
    ['"expiry":1.5', { expiry: 1.5, contentType: 'text/plain', responseChannel: 'r' }],
    ['"contentType":"x/y"', { expiry: 60, contentType: 'x/y', responseChannel: 'r' }],
    ['"responseChannel":"s"', { expiry: 60, contentType: 'text/plain', responseChannel: 's' }],
    ['"correlation":"AA=="', { expiry: 60, correlation: Buffer.from([0]) }]
  ])('counts less than %s at the top, before or after "mqtt"', (field, facts) => {
    expect(parseFields(`${old},${field}`)).toMatchObject(facts)
    expect(parseFields(`${field},${old}`)).toMatchObject(facts)
  })

  it.each([
    ['"expiry":60', { expiry: 60 }],
    ['"contentType":"text/plain"', { contentType: 'text/plain' }],
    ['"responseChannel":"r"', { responseChannel: 'r' }],
    ['"correlation":"AQI="', { correlation: Buffer.from([1, 2]) }]
  ])('may have only %s inside "mqtt", and then gives a message without a binding of MQTT', (field, fact) => {
    const { payload: _payload, ...facts } = parseFields(`"mqtt":{${field}}`)
    expect(facts).toEqual({ channel: 'a', headers: [], ...fact })
  })

  it('counts more than a null at the top', () => {
    expect(parseFields(`"expiry":null,${old}`).expiry).toBe(60)
  })
})
