import { compilePattern, type PatternRules } from '../core/channel-pattern.js'
import type { Subscription } from '../core/connection.js'
import type { Message } from '../core/message.js'

/**
 * Looks for a message that none of the patterns matches: a session also delivers what earlier subscribers of its name asked for.
 * @param tell called once, with the channel of the first such message
 * @returns what is to be handed every batch
 */
export function watchForUnnamed(
  subscriptions: readonly Subscription[],
  rules: PatternRules,
  tell: (channel: string) => void
): (batch: readonly Message[]) => void {
  const matchers = subscriptions.map(({ pattern }) => compilePattern(pattern, rules))
  let isTold = false
  return (batch) => {
    if (isTold) return
    const unnamed = batch.find(({ channel }) => !matchers.some((matches) => matches(channel)))
    if (unnamed === undefined) return
    isTold = true
    tell(unnamed.channel)
  }
}
