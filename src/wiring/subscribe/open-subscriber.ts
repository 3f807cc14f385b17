import type { CommandContext } from '../../cli/command-context.js'
import type { SubscriberWish } from '../../cli/flags/subscription.js'
import type { ConnectionOptions } from '../../core/connection.js'
import { confirmGroups } from '../../operations/confirm-groups.js'
import type { SubscribeOptions } from '../../operations/subscribe.js'
import { openConnection } from '../../transport/open-connection.js'
import { deniedQosWarnings, subscribedLine } from '../../ui/subscribe-report.js'
import { startTimeLimit } from './time-limit.js'

/**
 * Connects to subscribe, and tells what the broker does not grant of the wish.
 * @param timeout milliseconds for all of it, of which connecting takes its part
 * @returns all of `subscribe`'s options that follow from that
 * @throws TidingsError what `openConnection` and `confirmGroups` reject with; nothing-received if the time runs out before
 */
export async function openSubscriber(
  { io, say, warn }: CommandContext,
  options: ConnectionOptions,
  { patterns, subscriptions, exclude, retained, isGroup, session }: SubscriberWish,
  timeout: number | undefined
): Promise<Omit<SubscribeOptions, 'write'>> {
  const { clock, stop } = io
  const limit = startTimeLimit(clock, timeout)
  const stopOrLate = AbortSignal.any([stop, limit.signal])
  const inTime = { ...options, signal: stopOrLate }
  try {
    const connection = await openConnection({ ...inTime, ...session })
    if (connection.broker.protocol !== '5' && subscriptions.some(({ noLocal }) => noLocal))
      warn('the broker speaks MQTT 3.1.1: --no-local has no effect')
    if (isGroup) await confirmGroups({ connection, options: inTime, openConnection, clock, stop: stopOrLate })
    return {
      connection,
      clock,
      stop,
      subscriptions,
      exclude,
      retained,
      timeout: limit.left(),
      onSubscribed: (grants) => {
        for (const text of deniedQosWarnings(subscriptions, grants)) warn(text)
        say(subscribedLine(patterns, connection.broker))
      }
    }
  } finally {
    limit.connected()
  }
}
