import type { IConnackPacket } from 'mqtt'
import { describe, expect, it } from 'vitest'
import { readTraits } from '../../../src/transport/mqtt/broker-traits.js'
import type { MqttVersion } from '../../../src/transport/mqtt/connect-packet.js'

const traits = (
  properties?: IConnackPacket['properties'],
  version: MqttVersion = '5',
  sessionPresent = false
) =>
  readTraits('mqtt://h:1883', version, 'me', {
    cmd: 'connack',
    sessionPresent,
    ...(properties !== undefined && { properties })
  })

describe('what is known of a broker', () => {
  it('is what the standard says of one that says nothing', () => {
    expect(traits()).toEqual({
      url: 'mqtt://h:1883',
      protocol: 'MQTT 5',
      clientId: 'me',
      resumed: false,
      server: { host: 'h:1883', protocol: 'mqtt', protocolVersion: '5.0' },
      mqtt: {
        version: '5',
        maximumQos: 2,
        retainAvailable: true,
        topicAliasMaximum: 0,
        wildcardsAvailable: true,
        identifiersAvailable: true,
        sharedAvailable: true
      }
    })
  })

  it('is what it says', () => {
    expect(
      traits({
        maximumQoS: 1,
        retainAvailable: false,
        receiveMaximum: 10,
        maximumPacketSize: 256,
        topicAliasMaximum: 5,
        wildcardSubscriptionAvailable: false,
        subscriptionIdentifiersAvailable: false,
        sharedSubscriptionAvailable: false,
        serverKeepAlive: 60
      }).mqtt
    ).toEqual({
      version: '5',
      maximumQos: 1,
      retainAvailable: false,
      receiveMaximum: 10,
      maximumPacketSize: 256,
      topicAliasMaximum: 5,
      wildcardsAvailable: false,
      identifiersAvailable: false,
      sharedAvailable: false,
      serverKeepalive: 60
    })
    expect(traits({}, '5', true).resumed).toBe(true)
  })

  it('over MQTT 3.1.1 is less: it cannot announce groups, names no subscriptions, and may drop retained messages', () => {
    const { mayDropRetained, server, mqtt } = traits(
      { sharedSubscriptionAvailable: true, maximumQoS: 1 },
      '3.1.1'
    )
    expect([mayDropRetained, server?.protocolVersion]).toEqual([true, '3.1.1'])
    expect([mqtt.sharedAvailable, mqtt.identifiersAvailable]).toEqual([undefined, false])
    // It has no properties to say that with.
    expect(mqtt.maximumQos).toBe(2)
  })

  it('is nothing of a network for the local broker', () => {
    expect(readTraits('local', '5', 'me', { cmd: 'connack', sessionPresent: false }).server).toBeUndefined()
  })
})
