import type { Assurance } from '../core/assurance.js'
import type { Concluded } from '../core/concluded.js'
import { counted } from '../core/counted.js'
import { formatDuration } from '../core/duration.js'
import { formatGrouped } from '../core/grouped-number.js'
import type { NamedElsewhere } from '../core/named-elsewhere.js'
import type { PublishOutcome, PublishProgress } from '../core/publish-outcome.js'
import { formatAssurance } from './assurance.js'
import { atBroker } from './at-broker.js'
import type { Ending } from './ending.js'

const to = (channel: string | undefined) => (channel === undefined ? '' : ` to ${channel}`)

/** The changing line that is shown while messages are published. */
export function formatPublishProgress(
  progress: Pick<PublishProgress, 'sent' | 'acknowledged'>,
  elapsedMs: number
): string {
  const rate = elapsedMs > 0 ? Math.round((progress.acknowledged / elapsedMs) * 1000) : 0
  return `${formatGrouped(progress.acknowledged)} acknowledged, ${formatGrouped(progress.sent - progress.acknowledged)} under way, ${formatGrouped(rate)}/s`
}

/** The warning for an empty stream. An empty stream is no failure, but hardly what the user meant. */
const NOTHING_PUBLISHED = 'published nothing: stdin held no message'

/** The warning of who ends before the broker has answered messages that were handed to it. */
export function unansweredWarning(count: number): string {
  return `the broker has not answered ${counted(count)} that tidings had published: it may have taken ${count === 1 ? 'it' : 'them'} or not`
}

/**
 * The closing line when everything went well.
 * @param at the broker, as `atBroker` names it
 */
export function publishClosingLine(
  assurance: Assurance,
  channel: string | undefined,
  elapsedMs: number,
  at = ''
): string {
  const { acknowledged } = assurance
  return `Published ${counted(acknowledged)}${to(channel)}${at}: ${formatAssurance(assurance)}, ${formatDuration(elapsedMs)}`
}

/** What is said besides of a publication at its end. */
export interface PublishContext {
  readonly channel: string | undefined
  /** What was dropped of messages that the broker could not carry whole, and what was left out. */
  readonly losses: readonly string[]
  /** How many messages were left out. */
  readonly skipped?: number
  readonly named: NamedElsewhere | undefined
}

/** What is said where nothing was published. */
export function emptyEnding({ channel, losses, skipped = 0 }: PublishContext): Ending {
  return skipped > 0
    ? { warnings: losses, line: `Published ${counted(0)}${to(channel)}` }
    : { warnings: [...losses, NOTHING_PUBLISHED] }
}

/** What is said of a publication at its end. */
export function publishEnding(outcome: Concluded<PublishOutcome>, context: PublishContext): Ending {
  const { channel, losses, named } = context
  const { failure } = outcome
  if (failure !== undefined) return { warnings: losses, failure }
  if (outcome.sent === 0) return emptyEnding(context)
  return {
    warnings: losses,
    line: publishClosingLine(outcome, channel, outcome.elapsed / 1000, atBroker(outcome.broker, named))
  }
}
