import { Flags } from '@oclif/core'
import type { CapabilityWish } from '../../core/capabilities.js'
import { type ChannelGrammar, whyNotName } from '../../core/channel-grammar.js'
import { parseChannelPattern } from '../../core/channel-pattern.js'
import type { Subscription } from '../../core/connection.js'
import { TidingsError } from '../../core/errors.js'
import { checkSessionName } from '../../core/session-name.js'
import type { SubscriberWish } from '../../core/subscriber-wish.js'
import { quoteName } from '../../core/visible-text.js'
import { filterFlags, filterOf } from './filter.js'
import type { FlagValues } from './flag-values.js'
import { browseFlag, historyFlags, historyWishesOf, historyWishOf } from './history.js'
import { asPublishedSubscriptionOf, mqttSubscriptionFlags, mqttSubscriptionOf, mqttWishesOf } from './mqtt.js'
import { guaranteeFlag } from './values.js'

const helpGroup = 'SUBSCRIPTION'

/** The flags that say what a subscriber wants to be sent. */
export const subscriptionFlags = {
  qos: guaranteeFlag({ char: 'q', helpGroup, summary: 'highest QoS wanted (default 1)' }),
  exclude: Flags.string({
    char: 'x',
    helpGroup,
    helpValue: 'PATTERN',
    multiple: true,
    multipleNonGreedy: true,
    summary: 'leave out channels that match; may be repeated'
  }),
  session: Flags.string({
    helpGroup,
    helpValue: 'NAME',
    summary: 'use a durable session: the broker keeps messages while this subscriber is away'
  }),
  group: Flags.string({
    char: 'g',
    helpGroup,
    helpValue: 'NAME',
    summary:
      'share the messages among all subscribers of this group (a shared subscription of MQTT, one queue of RabbitMQ)'
  }),
  ...filterFlags,
  ...historyFlags,
  browse: browseFlag,
  ...mqttSubscriptionFlags
}

export type SubscriptionFlags = FlagValues<typeof subscriptionFlags>

/**
 * Checks the patterns, and turns them and the flags into a wish. A bad pattern is a usage error.
 * @param now microseconds since 1970-01-01 UTC
 * @param asPublished messages are wanted as their publisher sent them, to be published again
 */
export function subscriberWishOf(
  patterns: readonly string[],
  flags: SubscriptionFlags,
  grammar: ChannelGrammar,
  now: number,
  asPublished = false
): SubscriberWish {
  const { group, session, retained } = flags
  if (session !== undefined) checkSessionName(session, grammar)
  const whyNotGroup = group === undefined ? undefined : (whyNotName(group) ?? grammar.whyNotGroup?.(group))
  if (group !== undefined && whyNotGroup !== undefined) {
    throw new TidingsError('usage', `cannot use the group ${quoteName(group)}: ${whyNotGroup}`, {
      code: 'bad-group',
      suggestion: 'use a plain name: --group workers'
    })
  }
  const history = {
    ...historyWishOf(flags, now),
    // Who waits for the end can have all of it in one order.
    ...(flags['until-end'] && { inOrderOfTime: true })
  }
  const mqtt = asPublished ? asPublishedSubscriptionOf(flags) : mqttSubscriptionOf(flags)
  // A repeated pattern is no usage error, but some brokers take it for an error in one SUBSCRIBE.
  const subscriptions = [...new Set(patterns)].map((text): Subscription => {
    const parsed = parseChannelPattern(text, grammar)
    const guarantee = flags.qos ?? 1
    return { pattern: parsed.pattern, guarantee, group: group ?? parsed.group, ...history, mqtt }
  })
  const exclude = flags.exclude?.map((text) => parseChannelPattern(text, grammar).pattern) ?? []
  return { patterns, subscriptions, exclude, retained, ...filterOf(flags, grammar), session }
}

/**
 * The same for who keeps what comes: messages are wanted as published, and history that they begin with in the order of its times, also
 * where no end was asked for.
 */
export function keptWishOf(
  patterns: readonly string[],
  flags: SubscriptionFlags,
  grammar: ChannelGrammar,
  now: number
): SubscriberWish {
  const wish = subscriberWishOf(patterns, flags, grammar, now, true)
  const inOrder = (each: Subscription) => (each.from === undefined ? each : { ...each, inOrderOfTime: true })
  return { ...wish, subscriptions: wish.subscriptions.map(inOrder) }
}

/** The capabilities that the flags need. */
export function subscriptionWishesOf(flags: SubscriptionFlags): CapabilityWish[] {
  return [
    ...(flags.session === undefined ? [] : [['--session', 'sessions'] as const]),
    ...(flags.group === undefined ? [] : [['--group', 'groups'] as const]),
    ...(flags.session === undefined || flags.group === undefined
      ? []
      : [['--session --group', 'member-sessions'] as const]),
    ...(flags.qos === 0 ? [['--qos 0', 'at-most-once'] as const] : []),
    ...(flags.qos === 2 ? [['--qos 2', 'exactly-once'] as const] : []),
    ...historyWishesOf(flags),
    ...mqttWishesOf(flags)
  ]
}
