import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { profileNameFrom } from '../../../../src/core/profile/foreign/foreign-profiles.js'
import { readForeignProfiles } from '../../../../src/core/profile/foreign/read-foreign-profiles.js'
import { readProfile } from '../../../../src/core/profile/read-profile.js'

const fixture = (name: string) =>
  readFileSync(join(import.meta.dirname, '../../../fixtures/profiles', name), 'utf8')

describe("MQTTX's exported connections", () => {
  const [home, second] = readForeignProfiles(fixture('mqttx-connections.json'), 'mqttx.json')

  it('become profiles, and what is not taken over is told', () => {
    expect(home).toEqual({
      name: 'Kuche-home',
      values: {
        broker: 'mqtts://home.example:8883',
        username: 'ada',
        password: 's3cret-of-mqttx',
        keepalive: '60s',
        connectTimeout: '10s',
        protocol: '5',
        ca: '/etc/ssl/home-ca.pem',
        cert: '/etc/ssl/client.pem',
        key: '/etc/ssl/client.key',
        insecure: true,
        alpn: ['x-amzn-mqtt-ca'],
        willChannel: 'status/ada',
        willPayload: 'gone',
        willQos: 1,
        willRetain: true
      },
      untaken: [
        'clientId: MQTTX has made it up, and goes on using it',
        'will.properties: tidings has no flags for them',
        'subscriptions: a profile names no channels',
        'properties: tidings chooses the properties of MQTT 5 itself'
      ]
    })
  })

  it('of a WebSocket have their path; empty texts mean nothing', () => {
    expect(second).toMatchObject({
      values: { broker: 'ws://[fe80::1]:8083/mqtt', clientId: 'thermostat-7', protocol: '3.1.1' },
      untaken: ['clean: a session is named when subscribing, with --session']
    })
  })

  it('are profiles that can be used', () => {
    for (const { values } of [home, second].flatMap((each) => each ?? []))
      expect(readProfile(values, [], (path) => path).broker).toHaveLength(1)
  })
})

describe("mosquitto's options", () => {
  it('become a profile, and what is not taken over is told', () => {
    expect(readForeignProfiles(fixture('mosquitto_pub'), '/home/ada/.config/mosquitto_pub')).toEqual([
      {
        name: 'mosquitto_pub',
        values: {
          broker: 'mqtts://home.example:8883',
          username: 'ada',
          password: 's3cret of mosquitto',
          ca: '/etc/ssl/home-ca.pem',
          keepalive: '20s',
          protocol: '3.1.1',
          willChannel: 'status/ada',
          willQos: 2,
          willRetain: true,
          insecure: true
        },
        untaken: [
          '--capath: tidings reads one file of authorities: --ca',
          '-q: a flag of publish and subscribe',
          '-x: there is no such key'
        ]
      }
    ])
  })

  it.each([
    ['-L mqtts://ada:pw@h:8884/a/b', 'mqtts://ada:pw@h:8884'],
    ['--unix /run/mqtt.sock', 'mqtt+unix:///run/mqtt.sock'],
    ['-u ada', 'mqtt://localhost'],
    ['-h ::1', 'mqtt://[::1]']
  ])('%s is %s', (text, broker) => {
    expect(readForeignProfiles(text, 'x')[0]?.values.broker).toBe(broker)
  })
})

it.each([
  ['a line that is no option', 'hello s3cret\n', 'line 1 is no option'],
  ['JSON of something else', '{"a": "s3cret"}', 'it holds no connections of MQTTX'],
  ['no JSON', '{"a": s3cret', 'it is no JSON']
])('%s is refused, and not quoted', (_what, text, why) => {
  expect(() => readForeignProfiles(text, 'f')).toThrow(why)
  expect(() => readForeignProfiles(text, 'f')).not.toThrow('s3cret')
})

it.each([
  ['Küche @ home', 'Kuche-home'],
  ['  -- ', 'imported'],
  ['家', 'imported'],
  ['_x', 'x']
])('%j is named %j', (text, name) => {
  expect(profileNameFrom(text)).toBe(name)
})
