import type { Grant } from '../../core/connection.js'
import { TidingsError } from '../../core/errors.js'
import { quoteForShell } from '../../core/quote-for-shell.js'
import { quoteName } from '../../core/visible-text.js'
import { ERROR, errorWords } from './error-codes.js'
import { type Asker, askForRight } from './missing-right.js'

/** Why a topic cannot be read: what the broker says of it. */
export function whyNotRead(code: number, topic: string, asker: Asker): Pick<Grant, 'reason' | 'suggestion'> {
  if (code === ERROR.unknownTopicOrPartition)
    return {
      reason: `there is no topic ${quoteName(topic)}`,
      suggestion: `see which topics there are: tidings channels; or create it: tidings publish ${quoteForShell(topic)} PAYLOAD --create, or kafka-topics.sh --create --topic ${quoteForShell(topic)}`
    }
  const reason = errorWords(code)
  if (code !== ERROR.topicAuthorizationFailed) return { reason }
  return { reason, suggestion: askForRight({ operation: 'Read', on: ['--topic', topic] }, asker) }
}

/** @param what the topic in words, where it stands for others as well */
export function readFailure(
  code: number,
  topic: string,
  asker: Asker,
  what = quoteName(topic)
): TidingsError {
  const { reason, suggestion } = whyNotRead(code, topic, asker)
  return new TidingsError('refused', `cannot read ${what}: ${reason}`, {
    code: 'subscribe-refused',
    ...(suggestion !== undefined && { suggestion })
  })
}

export const topicDeleted = (topic: string): TidingsError =>
  new TidingsError('unfinished', `the topic ${quoteName(topic)} was deleted while it was read`, {
    code: 'topic-deleted'
  })
