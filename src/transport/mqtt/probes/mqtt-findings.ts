import type { Finding } from '../../../core/broker-check.js'
import { abilityFinding, abilityJson, abilityWords, latencyFinding } from '../../../core/broker-findings.js'
import { formatByteSize } from '../../../core/byte-size.js'
import { type JsonObject, jsonObject } from '../../../core/catalogue/json-tree.js'
import type { MqttBrokerTraits } from '../broker-traits.js'
import type { QosAnswer } from './broker-probes.js'
import type { MqttCheck } from './check-broker.js'

/** What a check found out, in words and in JSON. */
export function mqttFindings(check: MqttCheck): Finding[] {
  const { broker, latency } = check
  return [
    {
      name: 'protocols',
      value: [...check.versions],
      lines: [['Protocol', `MQTT ${check.versions.join(' and ')}`]]
    },
    {
      name: 'limits',
      value: limitsJson(broker),
      lines: [['Limits', limitsOf(broker).join(', ') || 'none named']]
    },
    {
      name: 'qos',
      value: check.qos.map(qosJson),
      lines: check.qos.map((answer) => [`QoS ${answer.asked}`, qosWords(answer)])
    },
    {
      name: 'retained',
      value: jsonObject({
        byName: abilityJson(check.retained.byName),
        byPattern: abilityJson(check.retained.byPattern)
      }),
      lines: [
        ['Retained', abilityWords(check.retained.byName)],
        ['  by pattern', abilityWords(check.retained.byPattern)]
      ]
    },
    abilityFinding('shared', 'Groups', check.shared),
    abilityFinding('session', 'Sessions', check.session),
    {
      name: 'systemChannels',
      value: check.systemChannels,
      lines: [['$SYS', check.systemChannels === 0 ? 'no' : `yes: ${check.systemChannels} so far`]]
    },
    {
      name: 'names',
      value: check.names.map(({ name, note }) => jsonObject({ name, note })),
      lines: [['Names', latency === undefined ? 'unknown' : namesWords(check.names)]]
    },
    latencyFinding(latency)
  ]
}

/** What a user should know before relying on this broker: one line each. */
export function mqttWarnings(check: MqttCheck): string[] {
  const warnings = check.qos.flatMap(({ asked, granted, acknowledged, delivered }) => {
    if (!acknowledged) return [`messages of QoS ${asked} cannot be published`]
    if (granted === undefined) return [`subscriptions of QoS ${asked} are not granted`]
    if (delivered === undefined) return [`messages of QoS ${asked} do not arrive`]
    return delivered < asked ? [`QoS ${asked} is downgraded to ${delivered}`] : []
  })
  if (!check.versions.includes('5')) warnings.push('without MQTT 5, headers and properties are not carried')
  if (check.retained.byName.works && check.retained.byPattern.works === false) {
    warnings.push('retained messages reach only subscribers of exactly their channel, not of a pattern')
  }
  if (check.shared.works === false) warnings.push('subscribe --group does not work')
  if (check.session.works === false) warnings.push('subscribe --session does not keep messages')
  for (const { name, note } of check.names) warnings.push(`a channel named "${name}": ${note}`)
  return warnings
}

function qosJson({ asked, granted, acknowledged, delivered, note }: QosAnswer): JsonObject {
  return jsonObject({ asked, granted: granted ?? null, acknowledged, delivered: delivered ?? null, note })
}

function limitsJson({ mqtt }: MqttBrokerTraits): JsonObject {
  return jsonObject({
    maximumQos: mqtt.maximumQos,
    receiveMaximum: mqtt.receiveMaximum ?? null,
    maximumPacketSize: mqtt.maximumPacketSize ?? null,
    topicAliasMaximum: mqtt.topicAliasMaximum,
    serverKeepalive: mqtt.serverKeepalive ?? null,
    retainAvailable: mqtt.retainAvailable,
    wildcardsAvailable: mqtt.wildcardsAvailable,
    sharedAvailable: mqtt.sharedAvailable ?? null
  })
}

function qosWords({ asked, granted, acknowledged, delivered, note }: QosAnswer): string {
  if (granted === asked && acknowledged && delivered === asked) return 'yes'
  const parts = [
    granted === undefined ? 'not granted' : `granted as ${granted}`,
    acknowledged ? 'published' : 'not published',
    delivered === undefined ? 'not delivered' : `delivered as ${delivered}`
  ]
  return `${parts.join(', ')}${note === undefined ? '' : `: ${note}`}`
}

function limitsOf({ mqtt }: MqttBrokerTraits): string[] {
  const limits: string[] = []
  if (mqtt.maximumQos < 2) limits.push(`QoS ${mqtt.maximumQos} at most`)
  if (mqtt.receiveMaximum !== undefined) limits.push(`${mqtt.receiveMaximum} unacknowledged messages`)
  if (mqtt.maximumPacketSize !== undefined)
    limits.push(`packets of ${formatByteSize(mqtt.maximumPacketSize)}`)
  if (mqtt.serverKeepalive !== undefined) limits.push(`keep-alive ${mqtt.serverKeepalive} s`)
  if (!mqtt.retainAvailable) limits.push('no retained messages')
  if (!mqtt.wildcardsAvailable) limits.push('no patterns')
  if (mqtt.sharedAvailable === false) limits.push('no groups')
  return limits
}

function namesWords(names: MqttCheck['names']): string {
  if (names.length === 0) return 'all carried unchanged'
  return names.map(({ name, note }) => `"${name}": ${note}`).join('; ')
}
