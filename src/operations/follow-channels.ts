import { openSubscriber, type SubscriberOptions } from './open-subscriber.js'
import { type SubscribeOptions, type SubscribeOutcome, subscribe } from './subscribe.js'

export interface FollowOptions
  extends Omit<SubscriberOptions, 'wish' | 'timeout'>,
    Pick<SubscribeOptions, 'write'> {
  readonly patterns: readonly string[]
}

/**
 * Connects, and writes what is published on the patterns until `stop` aborts.
 * @throws TidingsError what opening a connection, `subscribe` and `write` reject with
 */
export async function followChannels(options: FollowOptions): Promise<SubscribeOutcome> {
  const { patterns, write } = options
  const subscriptions = patterns.map((pattern) => ({ pattern, guarantee: 1 as const }))
  const subscriber = await openSubscriber({ ...options, wish: { patterns, subscriptions } })
  return subscribe({ ...subscriber, write })
}
