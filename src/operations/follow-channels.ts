import { openSubscriber, type SubscriberOptions } from './open-subscriber.js'
import { type SubscribeOptions, type SubscribeOutcome, subscribe } from './subscribe.js'

export interface FollowOptions extends SubscriberOptions, Pick<SubscribeOptions, 'write' | 'count' | 'idle'> {
  /** Nobody reads any more what is written, which ends it once there is a connection. */
  readonly readerGone: AbortSignal
}

/**
 * Connects, and writes what is received until enough came, the time is up, or `stop` aborts.
 * @throws TidingsError what opening a connection, `subscribe` and `write` reject with
 */
export async function followChannels(options: FollowOptions): Promise<SubscribeOutcome> {
  const { write, count, idle, stop, readerGone } = options
  const subscriber = await openSubscriber(options)
  return subscribe({ ...subscriber, write, count, idle, stop: AbortSignal.any([stop, readerGone]) })
}
