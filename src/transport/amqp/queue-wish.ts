import type { Grant, Subscription } from '../../core/connection.js'
import { addressOf, QUEUES } from './channel-address.js'
import { keptQueue } from './queue-methods.js'

/** Whose queue it is that is read. */
export type QueueOwner =
  /** A queue that ends with the connection. */
  | { readonly kind: 'passing' }
  /** A queue that tidings keeps for one reader, or for several. */
  | { readonly kind: 'session' | 'group'; readonly name: string }
  /** A queue that others have made. */
  | { readonly kind: 'foreign' }

/** A queue that is read, and what it is read for. */
export interface QueueWish {
  readonly owner: QueueOwner
  /** Its name; empty for a queue that the broker names. */
  readonly queue: string
  /** At least one; all of them with the same wish for the history. */
  readonly subscriptions: readonly [Subscription, ...Subscription[]]
}

/** The queues that serve these subscriptions. */
export function queuesFor(subscriptions: readonly Subscription[], session: string | undefined): QueueWish[] {
  const wishes = new Map<string, QueueWish>()
  for (const subscription of subscriptions) {
    const { owner, queue } = placeOf(subscription, session)
    const key = `${owner.kind} ${queue}`
    const known = wishes.get(key)
    wishes.set(key, {
      owner,
      queue,
      subscriptions: known === undefined ? [subscription] : [...known.subscriptions, subscription]
    })
  }
  return [...wishes.values()]
}

function placeOf(
  { pattern, group }: Subscription,
  session: string | undefined
): Pick<QueueWish, 'owner' | 'queue'> {
  if (pattern.startsWith(QUEUES)) return { owner: { kind: 'foreign' }, queue: addressOf(pattern).key }
  if (group !== undefined) return { owner: { kind: 'group', name: group }, queue: keptQueue(group) }
  if (session !== undefined) return { owner: { kind: 'session', name: session }, queue: keptQueue(session) }
  return { owner: { kind: 'passing' }, queue: '' }
}

/** Why a subscription makes no sense for AMQP, which can be said without the broker; `undefined` if it may. */
export function whyNotSubscribed(
  { pattern, from, browse, untilEnd, group }: Subscription,
  session: string | undefined
): Pick<Grant, 'reason' | 'suggestion'> | undefined {
  const isQueue = pattern.startsWith(QUEUES)
  // Who observes channels always asks not to take from queues; who looks at a queue wants to see its end.
  if (browse === true && untilEnd === true && !isQueue)
    return { reason: 'only a queue can be browsed', suggestion: 'name the queue: /queues/NAME' }
  // A queue that is made for this subscription holds nothing yet, so its end would be reached at once.
  const isNew = !isQueue && group === undefined && session === undefined
  if (!isQueue && (from !== undefined || (untilEnd === true && isNew)))
    return {
      reason: 'an exchange keeps no history',
      suggestion: 'name a stream, which keeps one: /queues/NAME'
    }
  if (from === undefined) return undefined
  if (typeof from === 'object' && 'last' in from)
    return {
      reason: 'RabbitMQ does not count the messages of a stream from its end',
      suggestion: 'begin at an offset or at a time: --from 1000, --from -1h'
    }
  return undefined
}
