import { counted } from '../../core/counted.js'
import { TidingsError } from '../../core/errors.js'
import { quoteName } from '../../core/visible-text.js'
import { ERROR } from './error-codes.js'
import type { Asker } from './missing-right.js'
import { readFailure } from './subscribe-refusals.js'

/** A topic that a look wanted to read, and could not. */
export interface UnreadTopic {
  readonly topic: string
  readonly why: string
  /** This user may not read it. */
  readonly isDenied: boolean
  /** Some of its partitions were read. */
  readonly isPartly: boolean
}

/** What has to be known besides. */
export interface Judging {
  /** Whether somebody has named this topic. Others are read because a pattern matches them. */
  readonly isNamed: (topic: string) => boolean
  /** Is told what is missing, where that does not fail the look. */
  readonly warn: (text: string) => void
  readonly asker: Asker
}

/**
 * What a look could not read.
 * @param asked how many topics it wanted to read
 * @returns the failure of the look: nothing could be read of a named topic, or of any. Of kind refused where a right is missing, and otherwise
 *   unfinished.
 */
export function judgeUnread(
  unread: readonly UnreadTopic[],
  asked: number,
  { isNamed, warn, asker }: Judging
): TidingsError | undefined {
  const whole = unread.filter(({ isPartly }) => !isPartly)
  const failed = new Set(whole.length === asked ? whole : whole.filter(({ topic }) => isNamed(topic)))
  const others = unread.filter((each) => !failed.has(each))
  const denied = others.filter(({ isDenied }) => isDenied)
  const [firstDenied] = denied
  if (firstDenied !== undefined)
    warn(
      `you may not read ${denied.length === 1 ? quoteName(firstDenied.topic) : `${counted(denied.length, 'topic')}, such as ${quoteName(firstDenied.topic)}`}`
    )
  const troubled = others.filter(({ isDenied }) => !isDenied)
  const [firstTroubled] = troubled
  if (firstTroubled !== undefined) warn(`cannot read ${inWords(troubled)}: ${firstTroubled.why}`)
  return failureOf([...failed], asker)
}

/** A missing right is told before all else: nobody but a person mends it. */
function failureOf(failed: readonly UnreadTopic[], asker: Asker): TidingsError | undefined {
  const denied = failed.filter(({ isDenied }) => isDenied)
  const told = denied.length > 0 ? denied : failed
  const [first] = told
  if (first === undefined) return undefined
  if (first.isDenied) return readFailure(ERROR.topicAuthorizationFailed, first.topic, asker, inWords(told))
  return new TidingsError('unfinished', `cannot read ${inWords(told)}: ${first.why}`, {
    code: 'look-unfinished'
  })
}

/** The first of some topics by its name, and how many others there are. */
function inWords(topics: readonly UnreadTopic[]): string {
  const name = quoteName(topics[0]?.topic ?? '')
  return topics.length === 1 ? name : `${name} and ${counted(topics.length - 1, 'other topic')}`
}
