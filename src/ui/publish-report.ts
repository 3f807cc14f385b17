import type { Assurance } from '../core/assurance.js'
import { formatDuration } from '../core/duration.js'
import { TidingsError } from '../core/errors.js'
import { weightiestFailure } from '../core/failure-precedence.js'
import type { PublishOutcome, PublishProgress } from '../core/publish-outcome.js'
import { formatAssurance } from './assurance.js'
import { counted } from './counted.js'
import {
  type Delivered,
  formatMissing,
  interruptedFailure,
  NOT_CONFIRMED,
  refusedFailure,
  sourceFailure,
  UNKNOWN_REFUSAL,
  WITH_QOS_1,
  whyMissing
} from './delivery-failures.js'
import type { Ending } from './ending.js'
import { formatGrouped } from './grouped-number.js'

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
export const NOTHING_PUBLISHED = 'published nothing: stdin held no message'

/** The closing line when everything went well. */
export function publishClosingLine(
  assurance: Assurance,
  channel: string | undefined,
  elapsedMs: number
): string {
  const { acknowledged } = assurance
  return `Published ${counted(acknowledged)}${to(channel)}: ${formatAssurance(assurance)}, ${formatDuration(elapsedMs)}`
}

/** What is said of a publication at its end. `losses`: what was dropped of messages that the broker could not carry whole. */
export function publishEnding(
  outcome: PublishOutcome,
  context: {
    readonly channel: string | undefined
    readonly interrupted: string | undefined
    readonly losses: readonly string[]
  }
): Ending {
  const { channel, losses } = context
  const failure = publishFailure(outcome, context)
  if (failure !== undefined) return { warnings: losses, failure }
  if (outcome.sent === 0) return { warnings: [...losses, NOTHING_PUBLISHED] }
  return { warnings: losses, line: publishClosingLine(outcome, channel, outcome.elapsed / 1000) }
}

/**
 * The failure of a publication, or undefined if it did not fail. The message always has the counts. Where several things went wrong, the
 * failure is the most important one.
 */
export function publishFailure(
  result: PublishOutcome,
  context: { channel: string | undefined; interrupted: string | undefined }
): unknown {
  const { sent, acknowledged, refused, unacknowledged, refusal, sourceError } = result
  const counts = `published ${acknowledged} of ${counted(sent)}${to(context.channel)}`
  const delivered = { counts, sent, details: { acknowledged, refused, unacknowledged } }
  const source = sourceError === undefined ? undefined : sourceFailure(sourceError, delivered)
  if (source !== undefined && !(source instanceof TidingsError)) return source
  const isKnown = context.channel !== undefined
  const { channel: _channel, ...reason } = refusal ?? UNKNOWN_REFUSAL
  const facts = isKnown ? reason : refusal
  return weightiestFailure([
    source,
    refused > 0 ? refusedFailure(`${counts}: ${refused}`, facts, delivered) : undefined,
    unfinishedFailure(result, context, delivered),
    context.interrupted === undefined ? undefined : interruptedFailure(context.interrupted, delivered)
  ])
}

/** The failure where messages were not acknowledged, or not even read. If the user interrupted, unread messages are no failure. */
function unfinishedFailure(
  result: PublishOutcome,
  { interrupted }: { interrupted: string | undefined },
  { counts, details }: Delivered
): TidingsError | undefined {
  const { unacknowledged, connectionError, stalled, unread } = result
  const isMissing = unacknowledged > 0 || unread.count > 0
  if (!isMissing && !stalled && (connectionError === undefined || interrupted !== undefined)) return undefined
  const { why, code } = whyMissing(result, 'the connection was closed')
  const kind = connectionError?.kind === 'refused' ? 'refused' : 'unfinished'
  return new TidingsError(kind, `${counts}: ${formatMissing(result)}: ${why}`, {
    code,
    suggestion: connectionError?.suggestion ?? (code === NOT_CONFIRMED ? WITH_QOS_1 : AGAIN),
    details: { ...details, ...(unread.count > 0 && { unread: unread.count }) }
  })
}

const AGAIN = 'send what is missing again; the broker may have it already, so duplicates are possible'
