import type { Capabilities, Lack } from '../../core/capabilities.js'

const NO_KEYS: Lack = {
  why: 'MQTT has no message keys',
  suggestion: 'put the key into a header: --header key=VALUE'
}
const NO_TOMBSTONES: Lack = {
  why: 'MQTT has no messages without a payload',
  suggestion: 'publish an empty payload instead: --empty'
}
const TEXT_HEADERS: Lack = {
  why: "MQTT's headers are text",
  suggestion: 'write the bytes as text, for example as base64'
}
const NO_TYPES: Lack = {
  why: "MQTT's headers are text, without types",
  suggestion: 'put the values into the payload, as JSON'
}
const NO_NULL_HEADERS: Lack = {
  why: 'a header of MQTT has a value, which may be empty',
  suggestion: 'write an empty value: --header NAME='
}
const NO_PARTITIONS: Lack = {
  why: 'MQTT has no partitions',
  suggestion: 'leave it out, or use a channel for each part'
}
const NO_CREATING: Lack = {
  why: 'an MQTT broker has every channel that somebody publishes to',
  suggestion: 'leave it out'
}
const NO_COMPRESSION: Lack = {
  why: 'MQTT does not compress messages',
  suggestion: 'leave it out, or compress the payload: gzip -c FILE | tidings publish CHANNEL'
}
const NO_PRIORITIES: Lack = {
  why: 'MQTT has no priorities',
  suggestion: 'use a channel of its own for what is urgent'
}
const NO_PROPERTIES: Lack = {
  why: 'MQTT has no message ids, types, applications, users and content encodings',
  suggestion: 'put them into headers'
}
const NO_QUEUES: Lack = {
  why: 'MQTT has no queues to look at',
  suggestion: 'leave out --browse; --retained only shows what the broker retains'
}
const NO_SOURCE_TIME: Lack = {
  why: 'MQTT carries no time of publication',
  suggestion: 'put the time into a header or into the payload'
}
const NOTHING_UNREADABLE: Lack = {
  why: 'an MQTT broker hands out each message by itself, and none that cannot be read',
  suggestion: 'leave it out'
}
const NO_HISTORY: Lack = {
  why: 'an MQTT broker keeps only the last retained message of a channel, no history',
  suggestion: 'keep messages from now on: tidings record, or subscribe --session NAME'
}
const NO_PROGRESS: Lack = {
  why: 'an MQTT broker does not tell how many messages wait for a group',
  suggestion: 'leave it out; ask the tools of the broker'
}
const NO_LISTING: Lack = {
  why: 'an MQTT broker does not list its channels',
  suggestion: 'observe them: tidings channels'
}

/** The suggestion where a broker does not support groups. */
export const WITHOUT_GROUPS =
  'leave out --group, or name a broker that supports groups, such as mosquitto: --broker HOST'

/** What MQTT can do over TCP. MQTT 3.1.1 lacks headers and properties, which is known only once the broker has answered. */
const MQTT: Capabilities = {
  acknowledged: true,
  'at-most-once': true,
  'exactly-once': true,
  headers: true,
  'header-bytes': TEXT_HEADERS,
  'header-types': NO_TYPES,
  'null-headers': NO_NULL_HEADERS,
  key: NO_KEYS,
  partition: NO_PARTITIONS,
  'null-payload': NO_TOMBSTONES,
  'content-type': true,
  'response-channel': true,
  correlation: true,
  expiry: true,
  'source-time': NO_SOURCE_TIME,
  priority: NO_PRIORITIES,
  'message-properties': NO_PROPERTIES,
  creating: NO_CREATING,
  compression: NO_COMPRESSION,
  retained: true,
  'payload-format': true,
  'last-will': true,
  'protocol-versions': true,
  patterns: true,
  sessions: true,
  groups: true,
  'member-sessions': true,
  'no-local': true,
  history: NO_HISTORY,
  'skipping-unreadable': NOTHING_UNREADABLE,
  browsing: NO_QUEUES,
  listing: NO_LISTING,
  'group-progress': NO_PROGRESS,
  passwords: true,
  tls: { why: 'this scheme does not use TLS', suggestion: 'use mqtts://' },
  'client-certificates': { why: 'this scheme does not use TLS', suggestion: 'use mqtts://' },
  'http-headers': { why: 'this scheme is not a WebSocket', suggestion: 'use ws:// or wss://' },
  proxy: true
}

const TLS: Pick<Capabilities, 'tls' | 'client-certificates'> = { tls: true, 'client-certificates': true }
const NO_NETWORK: Lack = {
  why: 'the connection does not leave this computer',
  suggestion: 'leave out --proxy'
}
const OWN_BROKER: Lack = {
  why: 'the permissions of its folder, and not a password, decide who may use the local broker',
  suggestion: 'leave out the credentials, or run a broker with passwords: tidings broker --password-file FILE'
}

/** What MQTT can do, by scheme. */
export const mqttCapabilities = {
  mqtt: MQTT,
  mqtts: { ...MQTT, ...TLS },
  ws: {
    ...MQTT,
    'http-headers': true,
    tls: { why: 'this scheme does not use TLS', suggestion: 'use wss://' },
    'client-certificates': { why: 'this scheme does not use TLS', suggestion: 'use wss://' }
  },
  wss: { ...MQTT, ...TLS, 'http-headers': true },
  'mqtt+unix': { ...MQTT, proxy: NO_NETWORK },
  local: {
    ...MQTT,
    passwords: OWN_BROKER,
    proxy: NO_NETWORK
  }
} as const satisfies Readonly<Record<string, Capabilities>>
