import type { Capabilities, Lack } from '../../core/capabilities.js'

const NOT_EXACTLY_ONCE: Lack = {
  why: 'AMQP 0-9-1 confirms a message, and cannot tell a second copy of it from another message',
  suggestion: 'use --qos 1, and give each message an id that its consumers compare'
}
const NO_KEYS: Lack = {
  why: 'AMQP has no message keys; its routing key is the channel',
  suggestion: 'put the key into a header: --header key=VALUE'
}
const NO_NULL_HEADERS: Lack = {
  why: 'AMQP has such headers only in a table with types',
  suggestion: 'write an empty value: --header NAME='
}
const NO_PARTITIONS: Lack = {
  why: 'AMQP has no partitions',
  suggestion: 'leave it out, or use a channel for each part'
}
const NO_CREATING: Lack = {
  why: 'an AMQP exchange takes every routing key',
  suggestion: 'leave it out; a queue that keeps messages: tidings subscribe --session NAME --count 0'
}
const NO_COMPRESSION: Lack = {
  why: 'AMQP does not compress messages',
  suggestion: 'leave it out, or compress the payload: gzip -c FILE | tidings publish CHANNEL'
}
const NO_TOMBSTONES: Lack = {
  why: 'AMQP has no messages without a payload',
  suggestion: 'publish an empty payload instead: --empty'
}
const NOT_RETAINED: Lack = {
  why: 'an AMQP broker keeps messages in queues, and no last value of a channel',
  suggestion: 'leave it out; a queue that keeps messages: tidings subscribe --session NAME --count 0'
}
const NO_PAYLOAD_FORMAT: Lack = {
  why: 'AMQP has no such mark',
  suggestion: 'say it with the content type: --content-type "text/plain; charset=utf-8"'
}
const NO_WILL: Lack = {
  why: 'AMQP has no last will',
  suggestion: 'leave it out, or use MQTT, which RabbitMQ speaks with a plug-in: mqtt://'
}
const ONE_VERSION: Lack = { why: 'tidings speaks AMQP 0-9-1 alone', suggestion: 'leave it out' }
const NOTHING_UNREADABLE: Lack = {
  why: 'RabbitMQ hands out each message by itself, and none that cannot be read',
  suggestion: 'leave it out'
}
const NO_MEMBER_SESSIONS: Lack = {
  why: 'the queue of a group keeps messages for all its members',
  suggestion: 'leave out --session'
}
const NO_LOCAL: Lack = {
  why: 'RabbitMQ sends a subscriber its own messages, too',
  suggestion: 'leave it out, and publish to another channel than you subscribe to'
}
const NO_PROGRESS: Lack = {
  why: 'a group is a queue, and the check does not look into queues of others',
  suggestion: 'leave it out; ask RabbitMQ: rabbitmqctl list_queues name messages'
}
const NO_LISTING: Lack = {
  why: 'AMQP does not list the keys that messages were published with',
  suggestion: 'observe them: tidings channels'
}
const NO_HTTP: Lack = { why: 'AMQP uses no HTTP', suggestion: 'leave it out' }
const NO_TLS: Lack = { why: 'this scheme does not use TLS', suggestion: 'use amqps://' }

const AMQP: Capabilities = {
  acknowledged: true,
  'at-most-once': true,
  'exactly-once': NOT_EXACTLY_ONCE,
  headers: true,
  'header-bytes': true,
  'header-types': true,
  'null-headers': NO_NULL_HEADERS,
  key: NO_KEYS,
  partition: NO_PARTITIONS,
  'null-payload': NO_TOMBSTONES,
  'content-type': true,
  'response-channel': true,
  correlation: true,
  expiry: true,
  priority: true,
  'message-properties': true,
  'source-time': true,
  creating: NO_CREATING,
  compression: NO_COMPRESSION,
  retained: NOT_RETAINED,
  'payload-format': NO_PAYLOAD_FORMAT,
  'last-will': NO_WILL,
  'protocol-versions': ONE_VERSION,
  patterns: true,
  sessions: true,
  groups: true,
  'member-sessions': NO_MEMBER_SESSIONS,
  'no-local': NO_LOCAL,
  history: true,
  'skipping-unreadable': NOTHING_UNREADABLE,
  browsing: true,
  listing: NO_LISTING,
  'group-progress': NO_PROGRESS,
  passwords: true,
  tls: NO_TLS,
  'client-certificates': NO_TLS,
  'http-headers': NO_HTTP,
  proxy: true
}

/** What AMQP 0-9-1 can do, by scheme. */
export const amqpCapabilities = {
  amqp: AMQP,
  amqps: { ...AMQP, tls: true, 'client-certificates': true }
} as const satisfies Readonly<Record<string, Capabilities>>
