import { describe, expect, it } from 'vitest'
import type { MqttTraits } from '../../../../src/core/connection.js'
import type { MqttCheck } from '../../../../src/transport/mqtt/probes/check-broker.js'
import { mqttFindings, mqttWarnings } from '../../../../src/transport/mqtt/probes/mqtt-findings.js'
import { formatBrokerCheck, formatBrokerCheckJson } from '../../../../src/ui/broker-check.js'

const WORKS = { works: true }

const LIMITS: MqttTraits = {
  version: '5',
  maximumQos: 2,
  retainAvailable: true,
  topicAliasMaximum: 0,
  wildcardsAvailable: true,
  sharedAvailable: true
}

const FINE: MqttCheck = {
  broker: {
    url: 'mqtt://broker:1883',
    protocol: 'MQTT 5',
    clientId: 'a',
    resumed: false,
    mqtt: LIMITS
  },
  versions: ['5', '3.1.1'],
  qos: ([0, 1, 2] as const).map((qos) => ({ asked: qos, granted: qos, acknowledged: true, delivered: qos })),
  retained: { byName: WORKS, byPattern: WORKS },
  shared: WORKS,
  session: WORKS,
  systemChannels: 0,
  names: [],
  latency: { rounds: 20, min: 240, median: 12_300 }
}

const reported = (check: MqttCheck) => ({
  broker: check.broker.url,
  findings: mqttFindings(check),
  warnings: mqttWarnings(check)
})
const text = (check: MqttCheck) => formatBrokerCheck(reported(check))
const json = (check: MqttCheck) => formatBrokerCheckJson(reported(check))

describe('what a check of a broker shows', () => {
  it('is a line for each ability, and no warning, where all is well', () => {
    expect(text(FINE)).toBe(`Broker:       mqtt://broker:1883
Protocol:     MQTT 5 and 3.1.1
Limits:       none named
QoS 0:        yes
QoS 1:        yes
QoS 2:        yes
Retained:     yes
  by pattern: yes
Groups:       yes
Sessions:     yes
$SYS:         no
Names:        all carried unchanged
Latency:      0.2 ms minimum, 12 ms median of 20 round trips at QoS 1
`)
    expect(mqttWarnings(FINE)).toEqual([])
  })

  it('names every limit, and warns of each thing that does not work', () => {
    const poor: MqttCheck = {
      ...FINE,
      broker: {
        ...FINE.broker,
        mqtt: {
          version: '3.1.1',
          maximumQos: 1,
          receiveMaximum: 20,
          maximumPacketSize: 256,
          topicAliasMaximum: 0,
          serverKeepalive: 60,
          retainAvailable: false,
          wildcardsAvailable: false,
          sharedAvailable: false
        }
      },
      versions: ['3.1.1'],
      qos: [
        { asked: 0, granted: 0, acknowledged: true, delivered: undefined, note: 'nothing came' },
        { asked: 1, granted: undefined, acknowledged: true, delivered: undefined, note: 'refused' },
        { asked: 2, granted: 1, acknowledged: true, delivered: 1 },
        { asked: 2, granted: 1, acknowledged: false, delivered: undefined, note: 'closed' }
      ],
      retained: { byName: WORKS, byPattern: { works: false, note: 'no retained message came' } },
      shared: { works: false },
      session: { works: false, note: 'the broker forgot the session' },
      names: [{ name: 'a.b', note: 'arrives as "a/b"' }]
    }
    const shown = text(poor)
    expect(shown).toContain(
      'QoS 1 at most, 20 unacknowledged messages, packets of 256 bytes, keep-alive 60 s, no retained messages, no patterns, no groups'
    )
    expect(shown).toContain('QoS 2:        granted as 1, not published, not delivered: closed\n')
    expect(shown).toContain('  by pattern: no: no retained message came\n')
    expect(shown).toContain('Names:        "a.b": arrives as "a/b"\n')
    expect(mqttWarnings(poor)).toEqual([
      'messages of QoS 0 do not arrive',
      'subscriptions of QoS 1 are not granted',
      'QoS 2 is downgraded to 1',
      'messages of QoS 2 cannot be published',
      'without MQTT 5, headers and properties are not carried',
      'retained messages reach only subscribers of exactly their channel, not of a pattern',
      'subscribe --group does not work',
      'subscribe --session does not keep messages',
      'a channel named "a.b": arrives as "a/b"'
    ])
  })

  it('says what is unknown, and holds it for neither good nor bad', () => {
    const unknown: MqttCheck = {
      ...FINE,
      shared: { works: undefined, note: 'no answer' },
      latency: undefined
    }
    expect(text(unknown)).toContain('Groups:       unknown: no answer\n')
    expect(text(unknown)).toContain('Latency:      unknown: nothing came back\n')
    expect(mqttWarnings(unknown)).toEqual([])
    expect(JSON.parse(json(unknown))).toMatchObject({
      shared: { works: null, note: 'no answer' },
      latency: null,
      limits: { receiveMaximum: null, maximumPacketSize: null }
    })
  })

  it('lets no escape sequence of a broker reach the terminal', () => {
    const hostile: MqttCheck = { ...FINE, shared: { works: false, note: 'no\u001b[2J' } }
    expect(text(hostile)).not.toContain('\u001b')
  })
})
