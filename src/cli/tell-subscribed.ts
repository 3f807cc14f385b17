import type { BrokerTraits, Grant } from '../core/connection.js'
import type { SubscriberWish } from '../core/subscriber-wish.js'
import { deniedQosWarnings, retainedWarning, subscribedLine } from '../ui/subscribe-report.js'
import type { CommandContext } from './command-context.js'

/** Reports the subscriptions that the broker has granted, with a warning for each lower QoS than asked for, once `begin` has run. */
export const tellSubscribed =
  (
    { say, warn }: Pick<CommandContext, 'say' | 'warn'>,
    { patterns, subscriptions }: SubscriberWish,
    begin: () => void = () => undefined
  ) =>
  (grants: readonly Grant[], broker: BrokerTraits): void => {
    begin()
    for (const text of deniedQosWarnings(subscriptions, grants)) warn(text)
    say(subscribedLine(patterns, broker))
  }

/** Warns, once there is a connection, where the broker may leave out retained messages that are wanted. */
export const warnOfRetained =
  ({ warn }: Pick<CommandContext, 'warn'>, wish: SubscriberWish) =>
  (broker: BrokerTraits): void => {
    const warning = retainedWarning(wish, broker)
    if (warning !== undefined) warn(warning)
  }
