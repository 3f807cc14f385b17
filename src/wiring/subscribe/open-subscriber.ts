import type { CommandContext } from '../../cli/command-context.js'
import type { SubscriberWish } from '../../cli/flags/subscription.js'
import type { ConnectionOptions } from '../../core/connection.js'
import type { Protocol } from '../../core/protocol.js'
import type { SubscribeOptions } from '../../operations/subscribe.js'
import { deniedQosWarnings, subscribedLine } from '../../ui/subscribe-report.js'
import { startTimeLimit } from './time-limit.js'

/**
 * Connects to subscribe, and tells what the broker does not grant of the wish.
 * @param timeout milliseconds for all of it, of which connecting takes its part
 * @returns all of `subscribe`'s options that follow from that
 * @throws TidingsError what opening a connection rejects with; of kind connect if the time runs out before
 */
export async function openSubscriber(
  { io, say, warn }: CommandContext,
  protocol: Protocol,
  options: ConnectionOptions,
  { patterns, subscriptions, exclude, retained, session }: SubscriberWish,
  timeout: number | undefined
): Promise<Omit<SubscribeOptions, 'write'>> {
  const { clock, stop } = io
  const limit = startTimeLimit(clock, timeout)
  const stopOrLate = AbortSignal.any([stop, limit.signal])
  let outage: string | undefined
  const inTime: ConnectionOptions = {
    ...options,
    signal: stopOrLate,
    onNotice: (notice) => {
      if (notice.kind === 'reconnecting') outage = notice.reason ?? notice.text
      if (notice.kind === 'reconnected') outage = undefined
      options.onNotice(notice)
    }
  }
  try {
    const connection = await protocol.open({ ...inTime, ...(session !== undefined && { session }) })
    return {
      connection,
      patternRules: protocol.grammar,
      clock,
      stop,
      subscriptions,
      exclude,
      retained,
      timeout: limit.left(),
      outage: () => outage,
      onSubscribed: (grants) => {
        for (const text of deniedQosWarnings(subscriptions, grants)) warn(text)
        say(subscribedLine(patterns, connection.broker))
      }
    }
  } finally {
    limit.connected()
  }
}
