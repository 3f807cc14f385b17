import type { Subscription } from '../../core/connection.js'
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
