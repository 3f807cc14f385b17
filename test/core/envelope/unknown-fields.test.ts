import { describe, expect, test } from 'vitest'
import {
  formatEnvelope,
  parseEnvelope,
  UnknownFields,
  unknownFields
} from '../../../src/core/envelope/envelope.js'

const namesIn = (line: string) => {
  parseEnvelope(Buffer.from(line))
  return [...unknownFields]
}

describe('fields that no envelope has', () => {
  test('are named, those of mqtt with their path, and none of the line before', () => {
    expect(namesIn('{"channel":"a","qos":1,"payload":{"x":1},"contenttype":"t"}')).toEqual([
      'qos',
      'contenttype'
    ])
    expect(namesIn('{"channel":"a","payload":1,"mqtt":{"qos":1,"QoS":2}}')).toEqual(['mqtt.QoS'])
    // The same bytes again are not read again.
    expect(namesIn('{"channel":"b","payload":1,"mqtt":{"qos":1,"QoS":2}}')).toEqual(['mqtt.QoS'])
    expect(namesIn('{"channel":"a","payload":1}')).toEqual([])
  })

  test('are not those that tidings writes', () => {
    const message = {
      channel: 'a',
      payload: Buffer.from('{ "a":\n1}'),
      headers: [['k', 'v']] as const,
      guarantee: 1 as const,
      key: 'k',
      contentType: 't',
      expiry: 1,
      responseChannel: 'r',
      correlation: Buffer.from('c'),
      sourceTime: 1,
      time: 2,
      mqtt: { retain: true, dup: true, payloadUtf8: true, subscriptionIds: [1] }
    }
    expect(namesIn(formatEnvelope(message))).toEqual([])
    expect(namesIn('{"reason":"quota exceeded","channel":"a","payload":1}')).toEqual([])
    expect(namesIn('{"offset":1,"channel":"a","payload":1,"violations":[{"path":"/x"}]}')).toEqual([])
    expect(
      namesIn(
        '{"channel":"a","payload":1,"mqtt":{"contentType":"x","expiry":1,"responseChannel":"r","correlation":""}}'
      )
    ).toEqual([])
  })

  test('are told once, each with its count and what was probably meant', () => {
    const unknown = new UnknownFields(false)
    expect(unknown.sentences).toEqual([])
    unknown.add(['qos', 'colour'])
    unknown.add(['qos', 'contenttype', 'topic', 'mqtt.QoS', 'mqtt.headers'])
    expect(unknown.sentences).toEqual([
      'ignored fields that are none of an envelope: "qos" (2; did you mean mqtt.qos?), "colour" (1), "contenttype" (1; did you mean contentType?), "topic" (1; did you mean channel?), "mqtt.QoS" (1; did you mean mqtt.qos?), "mqtt.headers" (1; did you mean headers?)'
    ])
  })

  test('take no more memory than some names do, however many lines make up', () => {
    const unknown = new UnknownFields(false)
    for (let n = 0; n < 1000; n++) unknown.add([`name ${n}`])
    expect(unknown.sentences.join().length).toBeLessThan(1000)
    expect(unknown.sentences.join()).toContain('others (980)')
  })

  test('are refused where that was asked for', () => {
    const unknown = new UnknownFields(true)
    unknown.add([])
    expect(() => unknown.add(['retain'])).toThrow('field "retain" is none of an envelope')
    expect(unknown.sentences).toEqual([])
  })
})
