import { Flags } from '@oclif/core'
import type { Capability, CapabilityWish } from '../../core/capabilities.js'
import type { ChannelGrammar } from '../../core/channel-grammar.js'
import { checkChannelName } from '../../core/channel-name.js'
import type { MqttOptions, MqttSubscription } from '../../core/connection.js'
import { TidingsError } from '../../core/errors.js'
import { type Message, type MqttBinding, NO_HEADERS } from '../../core/message.js'
import type { FlagValues } from './flag-values.js'
import { guaranteeFlag } from './values.js'

// What only MQTT has: its flags, and what they come to.

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
    summary: 'last will: what the broker publishes if this connection breaks'
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
    summary: 'keep the last will as a retained message'
  })
}

/** For messages that are published. */
export const mqttMessageFlags = {
  retain: Flags.boolean({
    char: 'r',
    helpGroup: MESSAGE,
    summary: "keep it on the broker as the channel's last value"
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
    summary: 'what to do with retained messages; only: end when no more come (--idle, 500ms by default)'
  }),
  'no-local': Flags.boolean({
    helpGroup: SUBSCRIPTION,
    summary: 'leave out what this connection itself published (MQTT 5)'
  })
}

/** What these flags take of a broker. */
export const mqttConnectionWishes: readonly CapabilityWish[] = [
  ['--protocol', 'protocol-versions'],
  ['--will-channel', 'last-will'],
  ['--will-payload', 'last-will'],
  ['--will-qos', 'last-will'],
  ['--will-retain', 'last-will']
]

type MqttConnectionFlags = FlagValues<typeof mqttConnectionFlags>

/** What only MQTT brokers are told when connecting; a will without a channel is a usage error. */
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

/** What the flags say that only MQTT knows; nothing where none of them was given. */
export function mqttBindingOf(flags: MqttMessageFlags): MqttBinding | undefined {
  // oclif says boolean, and gives nothing for a flag that is absent: an envelope needs to know.
  if (!flags.retain && !flags['payload-utf8']) return undefined
  return { retain: flags.retain ?? false, ...(flags['payload-utf8'] && { payloadUtf8: true }) }
}

type MqttSubscriptionFlags = FlagValues<typeof mqttSubscriptionFlags>

/** What a subscriber wishes that only MQTT knows. */
export function mqttSubscriptionOf(flags: MqttSubscriptionFlags): MqttSubscription | undefined {
  const wish: MqttSubscription = {
    ...(flags['no-local'] && { noLocal: true }),
    ...(flags.retained === 'skip' && { retainHandling: 2 })
  }
  return Object.keys(wish).length === 0 ? undefined : wish
}

/**
 * The same, with the retain flag as it was published: what is recorded so leaves the same last values behind when it is replayed. Where
 * retained messages are told apart, the flag has to say which came as kept ones.
 */
export function asPublishedSubscriptionOf(flags: MqttSubscriptionFlags): MqttSubscription | undefined {
  const wish = mqttSubscriptionOf(flags)
  return flags.retained === 'include' ? { ...wish, retainAsPublished: true } : wish
}

/** What the flags of messages and of subscriptions take of a broker. */
export function mqttWishesOf(flags: Partial<MqttMessageFlags & MqttSubscriptionFlags>): CapabilityWish[] {
  const wishes: [boolean | undefined, string, Capability][] = [
    [flags.retain, '--retain', 'retained'],
    [flags['payload-utf8'], '--payload-utf8', 'payload-format'],
    [flags.retained !== undefined && flags.retained !== 'include', '--retained', 'retained'],
    [flags['no-local'], '--no-local', 'no-local']
  ]
  return wishes.flatMap(([given, flag, capability]) => (given ? [[flag, capability] as const] : []))
}
