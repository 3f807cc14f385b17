import type { Capabilities, Lack } from '../../core/capabilities.js'

const NO_EXPIRY: Lack = {
  why: 'Kafka has no expiry of single messages; a topic has a retention time for all of them',
  suggestion: 'leave it out'
}
const NO_PRIORITY: Lack = { why: 'Kafka has no priorities', suggestion: 'use a topic for each priority' }
const NO_PROPERTIES: Lack = {
  why: 'Kafka has no such properties',
  suggestion: 'put it into a header: --header NAME=VALUE'
}
const NO_TYPES: Lack = {
  why: 'headers of Kafka are bytes without a type',
  suggestion: 'write the value as text'
}
const NOT_RETAINED: Lack = {
  why: 'a Kafka topic keeps all messages, and no last value',
  suggestion:
    'leave it out; the last message of each partition of a topic: tidings subscribe TOPIC --from -1 --until-end'
}
const NO_PAYLOAD_FORMAT: Lack = {
  why: 'Kafka has no such mark',
  suggestion: 'say it with the content type: --content-type "text/plain; charset=utf-8"'
}
const NO_WILL: Lack = { why: 'Kafka has no last will', suggestion: 'leave it out' }
const ONE_VERSION: Lack = {
  why: 'client and broker agree on the versions of Kafka by themselves',
  suggestion: 'leave it out'
}
const NO_MEMBER_SESSIONS: Lack = {
  why: 'a group keeps one place for all its members, and a session is a group with one reader',
  suggestion: 'leave out --session to share messages, or leave out --group to get all of them'
}
const NO_LOCAL: Lack = {
  why: 'a topic of Kafka does not say who published a message',
  suggestion: 'leave it out, and publish to another topic than you subscribe to'
}
const NO_BROWSING: Lack = {
  why: 'reading takes nothing away from a topic of Kafka',
  suggestion: 'read it: --from beginning --until-end'
}
const NO_HTTP: Lack = { why: 'Kafka uses no HTTP', suggestion: 'leave it out' }
const NO_TLS: Lack = { why: 'this scheme does not use TLS', suggestion: 'use kafkas://' }

const NO_CERTIFICATES: Lack = {
  ...NO_TLS,
  suggestion: 'use kafkas://; the key of a message is --message-key'
}

const KAFKA: Capabilities = {
  acknowledged: true,
  'at-most-once': true,
  'exactly-once': true,
  headers: true,
  'header-bytes': true,
  'header-types': NO_TYPES,
  'null-headers': true,
  key: true,
  partition: true,
  'null-payload': true,
  'content-type': true,
  'response-channel': true,
  correlation: true,
  expiry: NO_EXPIRY,
  priority: NO_PRIORITY,
  'message-properties': NO_PROPERTIES,
  'source-time': true,
  creating: true,
  compression: true,
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
  'skipping-unreadable': true,
  browsing: NO_BROWSING,
  listing: true,
  'group-progress': true,
  passwords: true,
  tls: NO_TLS,
  'client-certificates': NO_CERTIFICATES,
  'http-headers': NO_HTTP,
  proxy: true
}

/** What Kafka can do, by scheme. */
export const kafkaCapabilities = {
  kafka: KAFKA,
  kafkas: { ...KAFKA, tls: true, 'client-certificates': true }
} as const satisfies Readonly<Record<string, Capabilities>>
