import type { Grant } from '../../core/connection.js'
import { TidingsError } from '../../core/errors.js'
import { quoteName } from '../../core/visible-text.js'
import { ERROR, errorWords } from './error-codes.js'
import { type Asker, askForRight } from './missing-right.js'
import { creationCommand } from './missing-topic.js'

/** Why a topic cannot be read: what the broker says of it. */
export function whyNotRead(code: number, topic: string, asker: Asker): Pick<Grant, 'reason' | 'suggestion'> {
  if (code === ERROR.unknownTopicOrPartition)
    return {
      reason: `there is no topic ${quoteName(topic)}`,
      suggestion: `see which topics there are: tidings channels; or create it: ${creationCommand(topic, asker)}`
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

/** Where what is there was asked for, and no pattern matches a topic. A broker lists no topics that its user may not describe. */
export const nothingMatches = (patterns: readonly string[]): TidingsError =>
  new TidingsError(
    'nothing-received',
    `received nothing: no topic that you may see matches ${patterns
      .slice(0, MOST)
      .map((pattern) => quoteName(pattern))
      .join(', ')}${patterns.length > MOST ? ', ...' : ''}`,
    {
      code: 'nothing-received',
      suggestion:
        'see which topics there are for you: tidings channels; and your rights: tidings broker check',
      details: { received: 0 }
    }
  )

/** So many patterns are named in one line. */
const MOST = 5

export const topicDeleted = (topic: string): TidingsError =>
  new TidingsError('unfinished', `the topic ${quoteName(topic)} was deleted while it was read`, {
    code: 'topic-deleted'
  })
