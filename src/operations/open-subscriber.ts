import type { Clock } from '../core/clock.js'
import type { BrokerTraits, ConnectionOptions, Grant } from '../core/connection.js'
import type { Protocol } from '../core/protocol.js'
import type { SubscriberWish } from '../core/subscriber-wish.js'
import { quoteName } from '../core/visible-text.js'
import { checkSubscriptions } from './check-subscriptions.js'
import type { SubscribeOptions } from './subscribe.js'
import { startTimeLimit } from './time-limit.js'

export interface SubscriberOptions {
  readonly protocol: Pick<Protocol, 'open' | 'grammar' | 'whyNotSubscribed'>
  readonly options: ConnectionOptions
  readonly wish: SubscriberWish
  readonly clock: Clock
  readonly stop: AbortSignal
  /** Milliseconds for connecting and receiving together; no limit if absent. */
  readonly timeout?: number | undefined
  /** Milliseconds of receiving, from when the broker has granted the subscriptions; no limit if absent. */
  readonly duration?: number | undefined
  /** Called once there is a connection, before anything is subscribed to. */
  readonly onConnected?: (broker: BrokerTraits) => void
  /** Called with the broker's answers once it has granted every subscription. */
  readonly onSubscribed: (grants: readonly Grant[], broker: BrokerTraits) => void
}

/**
 * Connects a subscriber.
 * @returns the options for `subscribe`, except how to write messages
 * @throws TidingsError as `checkSubscriptions`; what opening a connection rejects with; of kind connect if the time runs out before there is a connection
 */
export async function openSubscriber(
  subscriber: SubscriberOptions
): Promise<Omit<SubscribeOptions, 'write'>> {
  const { protocol, options, wish, clock, stop, onSubscribed } = subscriber
  const { subscriptions, exclude, retained, changed, condition, check, session } = wish
  checkSubscriptions(protocol, subscriptions, session)
  const limit = startTimeLimit(clock, subscriber.timeout)
  let outage: string | undefined
  const inTime: ConnectionOptions = {
    ...options,
    ...(session !== undefined && { session }),
    signal: AbortSignal.any([stop, limit.signal]),
    onNotice: (notice) => {
      if (notice.kind === 'reconnecting') outage = notice.reason ?? notice.text
      if (notice.kind === 'reconnected') outage = undefined
      options.onNotice(notice)
    }
  }
  try {
    const connection = await protocol.open(inTime)
    subscriber.onConnected?.(connection.broker)
    return {
      connection,
      patternRules: protocol.grammar,
      clock,
      stop,
      subscriptions,
      exclude,
      retained,
      changed,
      condition,
      check,
      timeout: limit.left(),
      duration: subscriber.duration,
      outage: () => outage,
      onUnnamed:
        session !== undefined && connection.broker.resumed
          ? (channel) => options.onNotice({ kind: 'warning', text: unnamedWarning(session, channel) })
          : undefined,
      onSubscribed: (grants) => onSubscribed(grants, connection.broker)
    }
  } finally {
    limit.connected()
  }
}

const unnamedWarning = (session: string, channel: string) =>
  `the session "${session}" also delivers ${quoteName(channel)}, which an earlier subscriber has asked for; to end that: tidings session delete ${session}`
