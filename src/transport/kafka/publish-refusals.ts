import type { RefusalReason } from '../../core/connection.js'
import { formatGrouped } from '../../core/grouped-number.js'
import { quoteName } from '../../core/visible-text.js'
import { ERROR, errorWords } from './error-codes.js'
import { type Asker, askForRight, type Right } from './missing-right.js'
import { creationCommand } from './missing-topic.js'

const REFUSED = 'publish-refused'

/** Why a topic takes no messages: what the broker says of it, as an error code. */
export function topicRefusal(code: number, topic: string, asker: Asker): RefusalReason {
  if (code === ERROR.unknownTopicOrPartition || code === ERROR.none)
    return {
      code: 'no-such-topic',
      reason: `there is no topic ${quoteName(topic)}`,
      suggestion: `create it: --create (publish, replay, outbox send), or: ${creationCommand(topic, asker)}`
    }
  return refusal(code, null, { topic, asker })
}

/** The partition that a message names is none of its topic's. */
export const noSuchPartition = (partition: number, count: number): RefusalReason => ({
  code: 'no-such-partition',
  reason: `there is no partition ${partition}; the topic has ${count}, from 0 on`,
  suggestion: `name one of 0 to ${count - 1}, or leave it to the key`
})

/** The broker closes the connection whenever this message comes. */
export const closedOn = (size: number): RefusalReason => ({
  code: 'over-broker-limit',
  reason: `the broker closes the connection each time the message comes, whose ${formatGrouped(size)} bytes seem to be too many`,
  suggestion: 'send less in one message, or raise socket.request.max.bytes of the broker'
})

/** Why a topic could not be created. */
export function creationRefusal(
  code: number,
  message: string | null,
  topic: string,
  asker: Asker
): RefusalReason {
  const isForbidden = code === ERROR.topicAuthorizationFailed || code === ERROR.clusterAuthorizationFailed
  const right: Right = { operation: 'Create', on: ['--topic', topic] }
  const { reason } = refusal(code, message, { topic, asker })
  return noCreation(reason, topic, isForbidden ? askForRight(right, asker) : undefined)
}

/** The same, with the reason in words. */
export const noCreation = (reason: string, topic: string, suggestion?: string): RefusalReason => ({
  code: 'topic-not-created',
  reason: `the topic ${quoteName(topic)} could not be created: ${reason}`,
  suggestion
})

const SUGGESTIONS: ReadonlyMap<number, string> = new Map([
  [ERROR.messageTooLarge, 'send less in one message, or raise max.message.bytes of the topic'],
  [ERROR.recordListTooLarge, 'send less in one message'],
  [ERROR.notEnoughReplicas, 'look at the replicas in sync: kafka-topics.sh --describe'],
  [ERROR.notEnoughReplicasAfterAppend, 'look at the replicas in sync: kafka-topics.sh --describe'],
  [ERROR.invalidRecord, 'a compacted topic takes only messages with a key: --message-key TEXT']
])

const CODES: ReadonlyMap<number, string> = new Map([
  [ERROR.messageTooLarge, 'over-broker-limit'],
  [ERROR.recordListTooLarge, 'over-broker-limit']
])

/** What was published to, and by whom. Only a producer's number has no topic. */
export interface Published {
  readonly topic?: string
  readonly asker: Asker
}

function missingRight(code: number, { topic }: Published): Right | undefined {
  if (code === ERROR.clusterAuthorizationFailed) return { operation: 'IdempotentWrite', on: ['--cluster'] }
  return code === ERROR.topicAuthorizationFailed && topic !== undefined
    ? { operation: 'Write', on: ['--topic', topic] }
    : undefined
}

/** Why the broker did not take a message: by the error code, and its own words where it has some. */
export function refusal(code: number, message: string | null, published: Published): RefusalReason {
  const right = missingRight(code, published)
  const words = errorWords(code)
  return {
    code: CODES.get(code) ?? REFUSED,
    reason: message === null || message === '' ? words : `${words}: ${quoteName(message)}`,
    suggestion: right === undefined ? SUGGESTIONS.get(code) : askForRight(right, published.asker)
  }
}
