import { compilePattern } from '../../../core/channel-pattern.js'
import type { Message } from '../../../core/message.js'
import { mqttGrammar } from '../channel-grammar.js'

/** The largest subscription identifier [MQTT 5, section 3.8.2.1.2]. */
export const LAST = 268_435_455
/** From here on identifiers are those of tidings, of this run or of one before it. Other clients count from 1. */
export const FIRST_OWN = 134_217_728

/** Overlapping patterns of one subscriber. */
type Overlapping = ReadonlyMap<number, (channel: string) => boolean>

/**
 * Picks one of several copies of a message. Some brokers (mosquitto) send a message once for each subscription that matches, with its
 * identifier; others send it once with all of them. So the copy counts that has the lowest identifier of our patterns that match its
 * channel.
 */
export class SubscriptionIdentifiers {
  readonly #known = new Map<number, Overlapping>()

  /** @param patterns overlapping ones of one subscriber, by identifier; subscribed to with the lowest identifier first */
  add(patterns: ReadonlyMap<number, string>): void {
    const overlapping = new Map(
      Array.from(patterns, ([identifier, pattern]) => [identifier, compilePattern(pattern, mqttGrammar)])
    )
    for (const identifier of patterns.keys()) this.#known.set(identifier, overlapping)
  }

  /** One of these patterns was refused: of what it matches, no copy can be left out. */
  remove(patterns: ReadonlyMap<number, string>): void {
    for (const identifier of patterns.keys()) this.#known.delete(identifier)
  }

  /** The message without identifiers of ours; `undefined` if another copy of it is the one that counts. */
  pick(message: Message): Message | undefined {
    const identifiers = message.mqtt?.subscriptionIds
    if (identifiers === undefined || identifiers.every((each) => each < FIRST_OWN)) return message
    const known = identifiers.find((each) => this.#known.has(each))
    const overlapping = known === undefined ? undefined : this.#known.get(known)
    const lowest = overlapping && lowestFor(message.channel, overlapping)
    return lowest === undefined || identifiers.includes(lowest) ? withoutOwn(message) : undefined
  }
}

function lowestFor(channel: string, overlapping: Overlapping): number | undefined {
  let lowest: number | undefined
  for (const [identifier, matches] of overlapping) {
    if ((lowest === undefined || identifier < lowest) && matches(channel)) lowest = identifier
  }
  return lowest
}

function withoutOwn(message: Message): Message {
  if (message.mqtt === undefined) return message
  const { subscriptionIds, ...binding } = message.mqtt
  const others = subscriptionIds?.filter((each) => each < FIRST_OWN) ?? []
  return { ...message, mqtt: others.length === 0 ? binding : { ...binding, subscriptionIds: others } }
}
