import { overlapsPattern } from '../../core/channel-pattern.js'
import type { Subscription } from '../../core/connection.js'
import { mqttGrammar } from './channel-grammar.js'
import { FIRST_OWN, LAST } from './exchange/subscription-identifiers.js'

/** A subscription that the broker is to name in each message that it sends for it (MQTT 5). */
export interface IdentifiedSubscription extends Subscription {
  readonly identifier?: number
}

/** The first two that overlap, as an example for people. */
export function firstOverlap(subscriptions: readonly Subscription[]): readonly [string, string] | undefined {
  for (const [at, one] of subscriptions.entries()) {
    const other = subscriptions.slice(at + 1).find((each) => overlap(one, each))
    if (other !== undefined) return [one.pattern, other.pattern]
  }
  return undefined
}

/**
 * Gives an identifier to each subscription that overlaps with another one of them. The others stay as they are.
 *
 * The identifiers follow from all of the overlapping patterns, whatever their order. So the messages that a session has kept from a run
 * with the same patterns have the identifiers of this run, and those from a run with other patterns have none of them.
 */
export function identifyOverlapping(
  subscriptions: readonly Subscription[]
): readonly IdentifiedSubscription[] {
  const keys = subscriptions
    .filter((one) => subscriptions.some((other) => other !== one && overlap(one, other)))
    .map(keyOf)
    .sort()
  if (keys.length === 0) return subscriptions
  const first = FIRST_OWN + (hashOf(keys.join('\0')) % (LAST - FIRST_OWN - keys.length))
  return subscriptions.map((subscription) => {
    const index = keys.indexOf(keyOf(subscription))
    return index < 0 ? subscription : { ...subscription, identifier: first + index }
  })
}

/** The patterns of those that have an identifier, by that. */
export function identifiersOf(subscriptions: readonly IdentifiedSubscription[]): ReadonlyMap<number, string> {
  return new Map(
    subscriptions.flatMap(({ identifier, pattern }) =>
      identifier === undefined ? [] : [[identifier, pattern] as const]
    )
  )
}

/** Who is in a group gets another share of the messages than who is in none. */
const overlap = (one: Subscription, other: Subscription): boolean =>
  one.group === other.group && overlapsPattern(one.pattern, other.pattern, mqttGrammar)

const keyOf = ({ group = '', pattern }: Subscription): string => `${group}\0${pattern}`

/** FNV-1a, of 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash >>> 0
}
