import { Flags } from '@oclif/core'
import type { Capability, CapabilityWish } from '../../core/capabilities.js'
import type { ChannelGrammar } from '../../core/channel-grammar.js'
import { checkChannelName } from '../../core/channel-name.js'
import { TidingsError } from '../../core/errors.js'
import { type MessageFacts, NO_HEADERS } from '../../core/message.js'
import { parsePair } from '../pair.js'
import type { FlagValues } from './flag-values.js'
import { mqttBindingOf, mqttMessageFlags, mqttWishesOf } from './mqtt.js'
import { durationFlag, guaranteeFlag } from './values.js'

const helpGroup = 'MESSAGE'

/** The flags that say what a message carries beside its payload. */
export const messageFlags = {
  qos: guaranteeFlag({
    char: 'q',
    helpGroup,
    summary: 'delivery: 0 at most once, 1 at least once, 2 exactly once (default 1)'
  }),
  header: Flags.string({
    char: 'H',
    helpGroup,
    helpValue: 'NAME=VALUE',
    multiple: true,
    multipleNonGreedy: true,
    summary: 'header (a user property of MQTT 5, a header of AMQP); may be repeated'
  }),
  'content-type': Flags.string({
    helpGroup,
    helpValue: 'TYPE',
    summary:
      'content type (default, where the protocol has a field for it: application/json if PAYLOAD, a file or all of stdin is a JSON object or array); what is said to be JSON is checked'
  }),
  expiry: durationFlag({
    helpGroup,
    summary: 'the broker drops the message if it cannot deliver it within this time'
  }),
  'response-channel': Flags.string({
    helpGroup,
    helpValue: 'CHANNEL',
    summary: 'channel for the answer (response topic of MQTT, reply-to of AMQP)'
  }),
  correlation: Flags.string({
    helpGroup,
    helpValue: 'TEXT',
    summary:
      'text that the answer repeats, to match it with this message (correlation data of MQTT, correlation-id of AMQP)'
  }),
  priority: Flags.integer({
    helpGroup,
    helpValue: 'N',
    min: 0,
    max: 255,
    summary: 'priority: queues that have priorities deliver the greater first'
  }),
  'message-key': Flags.string({
    helpGroup,
    helpValue: 'TEXT',
    summary: 'key of the message: Kafka keeps messages of one key in one partition, in order'
  }),
  partition: Flags.integer({
    helpGroup,
    helpValue: 'N',
    min: 0,
    summary: 'partition of the topic (Kafka), from 0; without it the key decides'
  }),
  ...mqttMessageFlags
}

export type MessageFlags = FlagValues<typeof messageFlags>

/** What every message of one command has in common, by its flags; a bad one is a usage error. */
export function messageFactsOf(flags: MessageFlags, grammar: ChannelGrammar): MessageFacts {
  const response = flags['response-channel']
  const { correlation, expiry, priority, partition } = flags
  if (expiry === 0) throw expiresAtOnce()
  return {
    headers: flags.header?.map((text) => parsePair(text, 'header')) ?? NO_HEADERS,
    guarantee: flags.qos,
    key: flags['message-key'],
    contentType: flags['content-type'],
    expiry: expiry === undefined ? undefined : expiry / 1000,
    responseChannel: response === undefined ? undefined : checkChannelName(response, grammar),
    correlation: correlation === undefined ? undefined : Buffer.from(correlation),
    mqtt: mqttBindingOf(flags),
    amqp: priority === undefined ? undefined : { priority },
    kafka: partition === undefined ? undefined : { partition }
  }
}

/** MQTT allows it, and brokers do not agree: some forget the message at once (the standard), mosquitto never. */
const expiresAtOnce = () =>
  new TidingsError('usage', 'cannot use "--expiry 0": a message that expires at once reaches nobody', {
    code: 'bad-expiry',
    suggestion: 'leave it out for a message that never expires, or allow some time: --expiry 10s'
  })

/** The capabilities that the flags need. */
export function messageWishesOf(flags: MessageFlags): CapabilityWish[] {
  const wishes: [boolean, string, Capability][] = [
    [flags.qos === 0, '--qos 0', 'at-most-once'],
    [flags.qos === 2, '--qos 2', 'exactly-once'],
    [flags.header !== undefined, '--header', 'headers'],
    [flags['content-type'] !== undefined, '--content-type', 'content-type'],
    [flags.expiry !== undefined, '--expiry', 'expiry'],
    [flags['response-channel'] !== undefined, '--response-channel', 'response-channel'],
    [flags.correlation !== undefined, '--correlation', 'correlation'],
    [flags.priority !== undefined, '--priority', 'priority'],
    [flags['message-key'] !== undefined, '--message-key', 'key'],
    [flags.partition !== undefined, '--partition', 'partition']
  ]
  return [
    ...wishes.flatMap(([given, flag, capability]) => (given ? [[flag, capability] as const] : [])),
    ...mqttWishesOf(flags)
  ]
}
