import { counted } from '../core/counted.js'
import { TidingsError } from '../core/errors.js'
import { formatGrouped } from '../core/grouped-number.js'
import type { PublishOutcome } from '../core/publish-outcome.js'
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
import { weightiestFailure } from './failure-precedence.js'

/**
 * The failure of a publication, or undefined if it did not fail. The message always has the counts. Where several things went wrong, the
 * failure is the most important one.
 */
export function publishFailure(
  result: PublishOutcome,
  context: { channel: string | undefined; interrupted: string | undefined }
): unknown {
  const { sent, acknowledged, refused, unacknowledged, refusal, sourceError } = result
  const to = context.channel === undefined ? '' : ` to ${context.channel}`
  const counts = `published ${sent === 0 ? 'nothing' : `${formatGrouped(acknowledged)} of ${counted(sent)}`}${to}`
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
  return new TidingsError(
    kind,
    result.sent === 0 ? `${counts}: ${why}` : `${counts}: ${formatMissing(result)}: ${why}`,
    {
      code,
      suggestion: connectionError?.suggestion ?? (code === NOT_CONFIRMED ? WITH_QOS_1 : sendAgain(result)),
      details: { ...details, ...(unread.count > 0 && { unread: unread.count }) }
    }
  )
}

/** What to send again: over several partitions, what is missing need not be the end. Nobody answers for what has QoS 0. */
function sendAgain({ answered, unread }: PublishOutcome): string {
  const missing =
    answered === 0 || unread.count > 0
      ? 'what is missing'
      : `what follows the first ${counted(answered)}, of which none is missing`
  return `send again ${missing}; the broker may have it already, so duplicates are possible. --outbox DIR keeps what is missing`
}
