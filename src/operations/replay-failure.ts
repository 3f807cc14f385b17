import { counted } from '../core/counted.js'
import { TidingsError } from '../core/errors.js'
import { formatGrouped } from '../core/grouped-number.js'
import type { ReplayOutcome } from '../core/replay/replay-outcome.js'
import {
  type Delivered,
  formatMissing,
  interruptedFailure,
  NOT_CONFIRMED,
  refusedFailure,
  sourceFailure,
  WITH_QOS_1,
  whyMissing
} from './delivery-failures.js'
import { weightiestFailure } from './failure-precedence.js'

/** How a replay was asked for, and what ended it. */
export interface ReplayContext {
  /** The signal that ended it, if one did. */
  readonly interrupted: string | undefined
  /** How often all of it was to be sent; infinity for ever. */
  readonly rounds: number
  /** Nothing was sent, only shown. */
  readonly dryRun: boolean
}

/**
 * The failure of a replay, or `undefined` if every message that was sent was acknowledged. Where several things went wrong, the failure is
 * the most important one.
 */
export function replayFailure(result: ReplayOutcome, context: ReplayContext): unknown {
  const { sent, acknowledged, refused, unacknowledged, sourceError, connectionError, refusal } = result
  // Only a dry run writes to stdout.
  if (connectionError?.kind === 'output') return connectionError
  const replayed =
    acknowledged === sent && sent > 0
      ? `replayed ${counted(sent)}, all acknowledged`
      : `replayed ${sent === 0 ? 'nothing' : `${formatGrouped(acknowledged)} of ${counted(sent)}`}`
  const counts = context.dryRun ? `showed ${counted(sent)}` : replayed
  const delivered = { counts, sent, details: { sent, acknowledged, refused, unacknowledged } }
  const source = sourceError === undefined ? undefined : sourceFailure(sourceError, delivered)
  if (source !== undefined && !(source instanceof TidingsError)) return source
  const elsewhere = ', or send to other channels: --map, --prefix'
  const { interrupted, rounds } = context
  const isEndless = rounds === Number.POSITIVE_INFINITY
  return weightiestFailure([
    source,
    refused > 0 ? refusedFailure(`${counts}, ${refused}`, refusal, delivered, elsewhere) : undefined,
    unfinishedFailure(result, interrupted, delivered),
    interrupted === undefined || isEndless ? undefined : interruptedFailure(interrupted, delivered)
  ])
}

/** The failure where messages were not acknowledged, or not even sent. If the user interrupted, unsent messages are no failure. */
function unfinishedFailure(
  result: ReplayOutcome,
  interrupted: string | undefined,
  { counts, details }: Delivered
): TidingsError | undefined {
  const { answered, unacknowledged, connectionError, stalled, unread } = result
  const isMissing = unacknowledged > 0 || unread.count > 0
  if (!isMissing && !stalled && (connectionError === undefined || interrupted !== undefined)) return undefined
  const { why, code } = whyMissing(
    result,
    interrupted === undefined ? 'the connection was closed' : 'interrupted'
  )
  const kind = connectionError?.kind === 'refused' ? 'refused' : 'unfinished'
  const missing =
    unread.count > 0 ? formatMissing(result) : `${formatGrouped(unacknowledged)} not acknowledged`
  const again =
    answered === 0 ? 'replay it again' : `continue before the first that is missing: --skip ${answered}`
  return new TidingsError(kind, result.sent === 0 ? `${counts}: ${why}` : `${counts}, ${missing}: ${why}`, {
    code,
    suggestion: connectionError?.suggestion ?? (code === NOT_CONFIRMED ? WITH_QOS_1 : again),
    details: { ...details, ...(unread.count > 0 && { unread: unread.count }) }
  })
}
