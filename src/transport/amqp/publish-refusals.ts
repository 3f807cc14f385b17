import type { RefusalReason } from '../../core/connection.js'
import { formatGrouped } from '../../core/grouped-number.js'
import { type Message, payloadSize } from '../../core/message.js'
import { quoteName } from '../../core/visible-text.js'
import type { ChannelError } from './channel.js'
import type { PublishTemplate } from './publish-template.js'
import { REPLY, replyWords } from './reply-words.js'
import { LARGEST_BODY } from './wire/content-assembler.js'

const REFUSED = 'publish-refused'
const SEND_LESS = 'send less in one message'

/** What the broker says with Basic.Nack, which has no text. */
export const NACKED: RefusalReason = {
  code: REFUSED,
  reason: 'the broker could not take it: a queue is full, or it has failed',
  suggestion: 'look at the queues: rabbitmqctl list_queues name messages policy state'
}

/** The message was for a queue, and came back. */
export const unroutable = (queue: string): RefusalReason => ({
  code: REFUSED,
  reason: `there is no queue ${quoteName(queue)}`,
  suggestion:
    'name a queue that exists, or declare it first; without the node that holds it, a queue is not there either'
})

/**
 * Why this message is not to be sent; `undefined` if it may be.
 * @param size bytes of its payload
 * @param frameMax the largest frame that the broker takes, in bytes
 */
export function whyNotSent(
  { flaw, headerSize }: PublishTemplate,
  size: number,
  frameMax: number
): RefusalReason | undefined {
  if (flaw !== undefined) return { code: 'not-encodable', ...flaw }
  if (headerSize > frameMax)
    return {
      code: 'over-broker-limit',
      reason: `its headers and properties need a frame of ${headerSize} bytes, and the broker takes ${frameMax}`,
      suggestion: 'send shorter headers, or say it in the payload'
    }
  if (size <= LARGEST_BODY) return undefined
  return {
    code: 'payload-too-large',
    reason: `its payload has ${formatGrouped(size)} bytes, and ${formatGrouped(LARGEST_BODY)} are the most that RabbitMQ takes`,
    suggestion: SEND_LESS
  }
}

/** What the broker said of a message when it closed the channel over it. */
export function refusalOf({ code, text }: ChannelError): RefusalReason {
  const reason = replyWords(code, text)
  if (code === REPLY.preconditionFailed && SIZE.test(text))
    return {
      code: 'over-broker-limit',
      reason,
      suggestion: `${SEND_LESS}, or raise max_message_size in the configuration of RabbitMQ`
    }
  return { code: REFUSED, reason, suggestion: SUGGESTIONS.get(code) }
}

const SUGGESTIONS: ReadonlyMap<number, string> = new Map([
  [REPLY.notFound, 'name an exchange that exists (amqp://HOST/VHOST?exchange=NAME), or declare it first'],
  [REPLY.accessRefused, 'ask for the right to write: rabbitmqctl set_permissions, set_topic_permissions']
])

const EXCHANGE = /(?:no|access to) exchange '(.*)' in vhost/
const TOPIC = /access to topic '(.*)' in exchange '(.*)' in vhost/
const SIZE = /message size (\d+)/

/**
 * Whether the text with which the broker closed a channel names this message. The broker does not say which message it was, and names only
 * what was wrong with it.
 */
export function isNamedIn(
  { text }: ChannelError,
  { exchange, key }: PublishTemplate,
  message: Message
): boolean {
  const [, topic, itsExchange] = TOPIC.exec(text) ?? []
  if (topic !== undefined) return topic === key && itsExchange === exchange
  const [, named] = EXCHANGE.exec(text) ?? []
  if (named !== undefined) return named === exchange
  const [, size] = SIZE.exec(text) ?? []
  return size !== undefined && payloadSize(message) === Number(size)
}
