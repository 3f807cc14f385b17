import { describe, expect, it } from 'vitest'
import { formatEnvelope, parseEnvelope } from '../../../src/core/envelope/envelope.js'
import { textMessage } from '../../support/memory-connection.js'

const parse = (line: string) => parseEnvelope(Buffer.from(line))
const parseFields = (fields: string) => parse(`{"channel":"a","payload":1,${fields}}`)

describe('a fact that protocols share', () => {
  it('is written at the top of a line, in this order', () => {
    const message = textMessage('a', '1', {
      time: 2_000_000,
      sourceTime: 1_500_000,
      key: 'k',
      contentType: 'text/plain',
      responseChannel: 'r',
      correlation: Buffer.from('c'),
      expiry: 0.25,
      headers: [['h', 'v']],
      guarantee: undefined,
      mqtt: undefined
    })
    expect(formatEnvelope(message)).toBe(
      '{"channel":"a","time":"1970-01-01T00:00:02.000000Z","sourceTime":"1970-01-01T00:00:01.500000Z","key":"k","payload":1,' +
        '"encoding":"json","contentType":"text/plain","responseChannel":"r","correlation":"Yw==","expiry":0.25,"headers":{"h":"v"}}'
    )
  })

  it('may be a guarantee, without any other fact of MQTT', () => {
    const message = textMessage('a', '1', { guarantee: 0, mqtt: undefined })
    expect(formatEnvelope(message)).toBe('{"channel":"a","payload":1,"encoding":"json","mqtt":{"qos":0}}')
    expect(parseFields('"mqtt":{"qos":0}')).toMatchObject({ guarantee: 0, mqtt: undefined })
  })

  it('is no guarantee if the line has none', () => {
    expect(parseFields('"mqtt":{"retain":true}')).toMatchObject({
      guarantee: undefined,
      mqtt: { retain: true }
    })
    expect(parseFields('"mqtt":{}')).toMatchObject({ guarantee: undefined, mqtt: undefined })
    expect(parseFields('"mqtt":null')).toMatchObject({ guarantee: undefined, mqtt: undefined })
  })

  it('is absent if the line has null, as jq writes it', () => {
    const names = ['key', 'sourceTime', 'contentType', 'responseChannel', 'correlation', 'expiry']
    const message = parseFields(names.map((name) => `"${name}":null`).join(','))
    expect(message).toEqual(parse('{"channel":"a","payload":1}'))
  })

  it.each([
    ['"key":"k"', { key: 'k' }],
    ['"key":""', { key: '' }],
    ['"key":{"base64":"/wA="}', { key: Buffer.from([0xff, 0]) }],
    ['"key":{"base64":"aw=="}', { key: 'k' }],
    ['"sourceTime":"1970-01-01T01:00:00.5+01:00"', { sourceTime: 500_000 }],
    ['"expiry":1.5', { expiry: 1.5 }],
    ['"expiry":0', { expiry: 0 }],
    ['"expiry":4294967295', { expiry: 4_294_967_295 }],
    ['"correlation":""', { correlation: Buffer.from('') }],
    ['"contentType":""', { contentType: '' }],
    // The protocol, and not the envelope, decides which channels are valid.
    ['"responseChannel":"a/#"', { responseChannel: 'a/#' }]
  ])('is read from %s', (field, facts) => {
    expect(parseFields(field)).toMatchObject(facts)
  })

  it.each([
    ['"key":5', 'field "key" is 5: must be a string or {"base64": "..."}'],
    ['"key":{"base64":"x"}', 'field "key" is {"base64":"x"}: must be a string or {"base64": "..."}'],
    ['"key":["k"]', 'field "key" is ["k"]: must be a string or {"base64": "..."}'],
    ['"key":"\\ud800"', 'field "key" is "\\ud800": must be a string or {"base64": "..."}'],
    [
      '"sourceTime":"yesterday"',
      'field "sourceTime" is "yesterday": must be an ISO 8601 date and time with "Z" or an offset'
    ],
    [
      '"sourceTime":1795979101',
      'field "sourceTime" is 1795979101: must be an ISO 8601 date and time with "Z" or an offset'
    ],
    ['"expiry":-0.5', 'field "expiry" is -0.5: must be a number of seconds from 0 to 4294967295'],
    ['"expiry":4294967296', 'field "expiry" is 4294967296: must be a number of seconds from 0 to 4294967295'],
    ['"expiry":1e999', 'field "expiry" is Infinity: must be a number of seconds from 0 to 4294967295'],
    ['"expiry":"60"', 'field "expiry" is "60": must be a number of seconds from 0 to 4294967295'],
    ['"contentType":{}', 'field "contentType" is {}: must be a string'],
    ['"responseChannel":""', 'field "responseChannel" is "": must be a channel'],
    ['"responseChannel":"r\\u0000"', 'field "responseChannel" is "r\\u0000": must be a channel'],
    ['"correlation":"?"', 'field "correlation" is "?": must be base64'],
    ['"correlation":7', 'field "correlation" is 7: must be base64'],
    ['"mqtt":[]', 'field "mqtt" is []: must be an object'],
    [
      '"mqtt":{"expiry":"60"}',
      'field "mqtt.expiry" is "60": must be a number of seconds from 0 to 4294967295'
    ],
    ['"mqtt":{"dup":1}', 'field "mqtt.dup" is 1: must be true or false'],
    ['"mqtt":{"payloadUtf8":"yes"}', 'field "mqtt.payloadUtf8" is "yes": must be true or false']
  ])('is refused in %s', (field, message) => {
    expect(() => parseFields(field)).toThrow(
      expect.objectContaining({ kind: 'bad-input', code: 'bad-envelope', message })
    )
  })
  it.each([
    ['"contentType":', ''],
    ['"channel":', ''],
    ['"mqtt":{"qos":', '}'],
    ['"headers":{"a":', '}'],
    ['"headers":[[', ',"x"]]']
  ])('is refused if %sVALUE%s is nested too deeply to be shown', (before, behind) => {
    const value = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    expect(() => parseFields(`${before}${value}${behind}`)).toThrow(
      expect.objectContaining({
        kind: 'bad-input',
        code: 'bad-envelope',
        message: expect.stringContaining('is nested too deeply to be shown: must be ')
      })
    )
  })
})
