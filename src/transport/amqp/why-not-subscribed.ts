import type { Subscription } from '../../core/connection.js'
import type { WhyNot } from '../../core/why-not.js'
import { QUEUES } from './channel-address.js'

/** As `Protocol.whyNotSubscribed`. */
export function whyNotSubscribed(
  { pattern, from, browse, untilEnd, group }: Subscription,
  session: string | undefined
): WhyNot | undefined {
  const isQueue = pattern.startsWith(QUEUES)
  if (isQueue && (group !== undefined || session !== undefined))
    return {
      reason: 'a queue keeps its messages itself, and shares them among its readers',
      suggestion: 'leave out --session and --group'
    }
  if (group !== undefined && session !== undefined)
    return {
      reason: 'the queue of a group keeps messages for all its members',
      suggestion: 'leave out --session'
    }
  // Who observes channels always asks not to take from queues; who looks at a queue wants to see its end.
  if (browse === true && untilEnd === true && !isQueue && from === undefined)
    return { reason: 'an exchange keeps no messages', suggestion: 'name a queue: /queues/NAME' }
  // A queue that is made for this subscription holds nothing yet, so its end would be reached at once.
  const isNew = !isQueue && group === undefined && session === undefined
  if (!isQueue && (from !== undefined || (untilEnd === true && isNew)))
    return {
      reason: 'an exchange keeps no history',
      suggestion: 'address a stream queue, which keeps one: /queues/NAME'
    }
  if (typeof from === 'object' && 'last' in from)
    return {
      reason: 'RabbitMQ does not count the messages of a stream from its end',
      suggestion: 'begin at an offset or at a time: --from 1000, --from -1h'
    }
  return undefined
}
