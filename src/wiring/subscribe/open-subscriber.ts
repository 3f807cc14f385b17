import type { CommandContext } from '../../cli/command-context.js'
import type { SubscriberWish } from '../../cli/flags/subscription.js'
import type { ConnectionOptions } from '../../core/connection.js'
import { confirmGroups } from '../../operations/confirm-groups.js'
import type { SubscribeOptions } from '../../operations/subscribe.js'
import { openConnection } from '../../transport/open-connection.js'
import { deniedQosWarnings, subscribedLine } from '../../ui/subscribe-report.js'

/**
 * Connects to subscribe, and tells what the broker does not grant of the wish.
 * @returns all of `subscribe`'s options that follow from that
 * @throws TidingsError what `openConnection` and `confirmGroups` reject with
 */
export async function openSubscriber(
  { io, say, warn }: CommandContext,
  options: ConnectionOptions,
  { patterns, subscriptions, exclude, retained, isGroup, session }: SubscriberWish
): Promise<Omit<SubscribeOptions, 'write'>> {
  const { clock, stop } = io
  const connection = await openConnection({ ...options, ...session })
  if (connection.broker.protocol !== '5' && subscriptions.some(({ noLocal }) => noLocal))
    warn('the broker speaks MQTT 3.1.1: --no-local has no effect')
  if (isGroup) await confirmGroups({ connection, options, openConnection, clock, stop })
  return {
    connection,
    clock,
    stop,
    subscriptions,
    exclude,
    retained,
    onSubscribed: (grants) => {
      for (const text of deniedQosWarnings(subscriptions, grants)) warn(text)
      say(subscribedLine(patterns, connection.broker))
    }
  }
}
