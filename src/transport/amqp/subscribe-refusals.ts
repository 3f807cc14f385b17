import { TidingsError } from '../../core/errors.js'
import { quoteName } from '../../core/visible-text.js'
import type { WhyNot } from '../../core/why-not.js'
import type { ChannelError } from './channel.js'
import { isMissing } from './queue-methods.js'
import type { QueueWish } from './queue-wish.js'
import { REPLY, replyWords } from './reply-words.js'

/** Somebody else reads a queue that has one reader, or the queue's node is down: that may end by itself. */
export const isPassing = ({ code, text }: ChannelError): boolean =>
  (code === REPLY.accessRefused && text.includes('in exclusive use')) ||
  (code === REPLY.notFound && text.includes('is down'))

/** A position was asked for, and RabbitMQ knows positions in streams only. */
export const isNoStream = ({ code, text }: ChannelError): boolean =>
  code === REPLY.preconditionFailed && text.includes("'x-stream-offset'")

/** Why a queue cannot be read, from what the broker said when it closed the channel. */
export function subscribeRefusal({ owner, queue }: QueueWish, error: ChannelError): WhyNot {
  const reason = replyWords(error.code, error.text)
  if (error.code === REPLY.accessRefused && error.text.includes('in exclusive use')) {
    if (owner.kind === 'session')
      return {
        reason: `the session ${quoteName(owner.name)} has another reader`,
        suggestion: 'stop the other reader, or share the messages: --group NAME'
      }
    if (owner.kind === 'group')
      return {
        reason: `the session ${quoteName(owner.name)} is in use, and its messages are not shared`,
        suggestion: 'take another name for the group, or stop the reader of the session'
      }
    return { reason: `the queue ${quoteName(queue)} has a reader that wants it for itself` }
  }
  if (isNoStream(error))
    return {
      reason: `the queue ${quoteName(queue)} is no stream, and keeps no history`,
      suggestion: 'leave out --from: a queue gives what it holds, from its beginning'
    }
  const suggestion = SUGGESTIONS.get(error.code)
  return suggestion === undefined ? { reason } : { reason, suggestion }
}

const SUGGESTIONS: ReadonlyMap<number, string> = new Map([
  [REPLY.notFound, 'name an exchange that exists (amqp://HOST/VHOST?exchange=NAME), or declare it first'],
  [
    REPLY.accessRefused,
    'ask for the rights to declare, bind and read: rabbitmqctl set_permissions, set_topic_permissions'
  ]
])

/** There is no queue of this name. */
export const noSuchQueue = (queue: string): WhyNot => ({
  reason: `there is no queue ${quoteName(queue)}`,
  suggestion: 'name a queue that exists: rabbitmqctl list_queues'
})

/** The connection goes on at a broker that does not have the queue, which was read at another one. */
export const queueElsewhere = (wish: QueueWish, there: string, here: string): TidingsError =>
  new TidingsError(
    'unfinished',
    `cannot read ${whatIsRead(wish)} any more: it was read at "${there}", and "${here}" is another broker, which does not have its queue`,
    {
      code: 'queue-elsewhere',
      suggestion: `go on at "${there}"; one URL is for the hosts of one cluster`
    }
  )

/** A subscription that had been granted has ended for good. */
export function subscriptionLost(wish: QueueWish, error: ChannelError | 'deleted'): TidingsError {
  const what = whatIsRead(wish)
  if (error === 'deleted' || isMissing(error))
    return new TidingsError('unfinished', `cannot read ${what} any more: it was deleted`, {
      code: 'queue-deleted'
    })
  const time = TIMED_OUT.exec(error.text)?.[1]
  if (error.code === REPLY.preconditionFailed && time !== undefined)
    return new TidingsError(
      'unfinished',
      `cannot read ${what} any more: its messages were not taken within ${inWords(Number(time))}, and the broker waits no longer`,
      {
        code: 'consumer-timeout',
        suggestion: 'read faster, or raise consumer_timeout in the configuration of RabbitMQ'
      }
    )
  return new TidingsError(
    'unfinished',
    `cannot read ${what} any more: ${replyWords(error.code, error.text)}`,
    { code: 'subscription-ended' }
  )
}

const TIMED_OUT = /timed out.*?(\d+) ms/

const inWords = (milliseconds: number): string =>
  milliseconds % 60_000 === 0 ? `${milliseconds / 60_000} minutes` : `${milliseconds / 1000} s`

/** The queue, in the words of the user. */
export function whatIsRead({ owner, queue, subscriptions }: QueueWish): string {
  if (owner.kind === 'session' || owner.kind === 'group') return `the ${owner.kind} ${quoteName(owner.name)}`
  return owner.kind === 'foreign' ? `the queue ${quoteName(queue)}` : quoteName(subscriptions[0].pattern)
}

/** The queue of a session could not be deleted. */
export function deletionFailure(
  session: string,
  reason: string,
  kind: 'refused' | 'unfinished' = 'unfinished'
): TidingsError {
  return new TidingsError(kind, `cannot delete the session ${quoteName(session)}: ${reason}`, {
    code: 'session-not-deleted',
    ...(kind === 'refused' && {
      suggestion: 'ask for the right to configure its queue: rabbitmqctl set_permissions'
    })
  })
}
