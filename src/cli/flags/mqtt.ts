import { Flags } from '@oclif/core'
import type { Capability, CapabilityWish } from '../../core/capabilities.js'
import type { ChannelGrammar } from '../../core/channel-grammar.js'
import { checkChannelName } from '../../core/channel-name.js'
import type { MqttOptions, MqttSubscription } from '../../core/connection.js'
import { TidingsError } from '../../core/errors.js'
import { type Message, type MqttBinding, NO_HEADERS } from '../../core/message.js'
import type { FlagValues } from './flag-values.js'
import { guaranteeFlag } from './values.js'

// The flags that only MQTT has, and their values.

const CONNECTION = 'CONNECTION'
const MESSAGE = 'MESSAGE'
const SUBSCRIPTION = 'SUBSCRIPTION'

/** For connecting; each has its `TIDINGS_*` variable. */
export const mqttConnectionFlags = {
  protocol: Flags.string({
    helpGroup: CONNECTION,
    options: ['auto', '5', '3.1.1'],
    default: 'auto',
    env: 'TIDINGS_PROTOCOL',
    summary: 'MQTT version; auto speaks 5 and falls back to 3.1.1'
  }),
  'will-channel': Flags.string({
    helpGroup: CONNECTION,
    helpValue: 'CHANNEL',
    env: 'TIDINGS_WILL_CHANNEL',
    summary: 'last will: the channel to which the broker publishes if this connection breaks'
  }),
  'will-payload': Flags.string({
    helpGroup: CONNECTION,
    helpValue: 'TEXT',
    env: 'TIDINGS_WILL_PAYLOAD',
    summary: "the last will's payload"
  }),
  'will-qos': guaranteeFlag({
    helpGroup: CONNECTION,
    env: 'TIDINGS_WILL_QOS',
    summary: "the last will's QoS"
  }),
  'will-retain': Flags.boolean({
    helpGroup: CONNECTION,
    env: 'TIDINGS_WILL_RETAIN',
    summary: 'the broker keeps the last will as a retained message'
  })
}

/** For messages that are published. */
export const mqttMessageFlags = {
  retain: Flags.boolean({
    char: 'r',
    helpGroup: MESSAGE,
    summary: "the broker keeps the message as the channel's last value (retained)"
  }),
  'payload-utf8': Flags.boolean({ helpGroup: MESSAGE, summary: 'declare the payload to be UTF-8 text' })
}

/** For messages that are received. */
export const mqttSubscriptionFlags = {
  retained: Flags.option({
    options: ['include', 'skip', 'only'] as const,
    default: 'include' as const,
    helpGroup: SUBSCRIPTION
  })({
    summary:
      'receive retained messages, skip them, or receive only them; with only, tidings ends when none comes for --idle (default 500ms)'
  }),
  'no-local': Flags.boolean({
    helpGroup: SUBSCRIPTION,
    summary: 'leave out the messages that this connection itself has published (MQTT 5)'
  })
}

/** The capabilities that these flags need. */
export const mqttConnectionWishes: readonly CapabilityWish[] = [
  ['--protocol', 'protocol-versions'],
  ['--will-channel', 'last-will'],
  ['--will-payload', 'last-will'],
  ['--will-qos', 'last-will'],
  ['--will-retain', 'last-will']
]

type MqttConnectionFlags = FlagValues<typeof mqttConnectionFlags>

/** What only MQTT brokers are told when connecting. A will without a channel is a usage error. */
export function mqttOptionsOf(flags: MqttConnectionFlags, grammar: ChannelGrammar): MqttOptions {
  const version = flags.protocol === '5' || flags.protocol === '3.1.1' ? flags.protocol : 'auto'
  const will = willOf(flags, grammar)
  return { version, ...(will && { will }) }
}

function willOf(flags: MqttConnectionFlags, grammar: ChannelGrammar): Message | undefined {
  const channel = flags['will-channel']
  if (channel === undefined) {
    if (flags['will-payload'] === undefined && flags['will-qos'] === undefined && !flags['will-retain'])
      return undefined
    throw new TidingsError('usage', 'cannot leave a last will: "--will-channel" is missing', {
      code: 'will-without-channel',
      suggestion: 'name its channel: --will-channel status/me'
    })
  }
  return {
    channel: checkChannelName(channel, grammar),
    payload: Buffer.from(flags['will-payload'] ?? ''),
    headers: NO_HEADERS,
    guarantee: flags['will-qos'] ?? 0,
    mqtt: { retain: flags['will-retain'] ?? false }
  }
}

type MqttMessageFlags = FlagValues<typeof mqttMessageFlags>

/** MQTT's part of a message; undefined where none of its flags was given. */
export function mqttBindingOf(flags: MqttMessageFlags): MqttBinding | undefined {
  // oclif's type says boolean, but an absent flag is undefined. Undefined lets an envelope's own values count.
  if (!flags.retain && !flags['payload-utf8']) return undefined
  return { retain: flags.retain ?? false, ...(flags['payload-utf8'] && { payloadUtf8: true }) }
}

type MqttSubscriptionFlags = FlagValues<typeof mqttSubscriptionFlags>

/** MQTT's options of a subscription; undefined if there are none. */
export function mqttSubscriptionOf(flags: MqttSubscriptionFlags): MqttSubscription | undefined {
  const wish: MqttSubscription = {
    ...(flags['no-local'] && { noLocal: true }),
    ...(flags.retained === 'skip' && { retainHandling: 2 })
  }
  return Object.keys(wish).length === 0 ? undefined : wish
}

/**
 * The same, with the retain flag as its publisher has set it (retain as published), so that a replay leaves the same retained messages
 * behind. With `--retained skip` or `only`, the flag has to say which messages the broker had kept, so it is not asked for.
 */
export function asPublishedSubscriptionOf(flags: MqttSubscriptionFlags): MqttSubscription | undefined {
  const wish = mqttSubscriptionOf(flags)
  return flags.retained === 'include' ? { ...wish, retainAsPublished: true } : wish
}

/** The capabilities that the flags of messages and of subscriptions need. */
export function mqttWishesOf(flags: Partial<MqttMessageFlags & MqttSubscriptionFlags>): CapabilityWish[] {
  const wishes: [boolean | undefined, string, Capability][] = [
    [flags.retain, '--retain', 'retained'],
    [flags['payload-utf8'], '--payload-utf8', 'payload-format'],
    [flags.retained !== undefined && flags.retained !== 'include', '--retained', 'retained'],
    [flags['no-local'], '--no-local', 'no-local']
  ]
  return wishes.flatMap(([given, flag, capability]) => (given ? [[flag, capability] as const] : []))
}
