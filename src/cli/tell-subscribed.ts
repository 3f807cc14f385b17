import type { BrokerTraits, Grant } from '../core/connection.js'
import type { SubscriberWish } from '../core/subscriber-wish.js'
import { deniedQosWarnings, subscribedLine } from '../ui/subscribe-report.js'
import type { CommandContext } from './command-context.js'

/** Reports the subscriptions that the broker has granted, with a warning for each lower QoS than asked for. */
export const tellSubscribed =
  ({ say, warn }: Pick<CommandContext, 'say' | 'warn'>, { patterns, subscriptions }: SubscriberWish) =>
  (grants: readonly Grant[], broker: BrokerTraits): void => {
    for (const text of deniedQosWarnings(subscriptions, grants)) warn(text)
    say(subscribedLine(patterns, broker))
  }
