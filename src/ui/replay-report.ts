import { formatDuration } from '../core/duration.js'
import { TidingsError } from '../core/errors.js'
import { weightiestFailure } from '../core/failure-precedence.js'
import type { ReplayOutcome } from '../core/replay/replay-outcome.js'
import { formatAssurance, unheardNote } from './assurance.js'
import { counted } from './counted.js'
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
import { formatGrouped } from './grouped-number.js'

/** `all acknowledged`, or what is true of those that went well. */
function allOr(result: ReplayOutcome): string {
  const { sent, acknowledged, unassured } = result
  if (unassured > 0) return formatAssurance(result)
  return `${acknowledged === sent ? 'all' : formatGrouped(acknowledged)} acknowledged${unheardNote(result)}`
}

const late = (microseconds: number) => `${(microseconds / 1000).toFixed(microseconds < 10_000 ? 2 : 0)} ms`

/** What is warned of when there was nothing to send; undefined if something was sent, or somebody ended it before. */
export function emptyReplayWarning({ sent, ended, passed }: ReplayOutcome): string | undefined {
  if (sent > 0 || ended !== 'end' || passed > 0) return undefined
  return 'replayed nothing: no message of the recording matches'
}

/** What is said at the end: how many, how late, and what was left out. */
export function formatReplaySummary(result: ReplayOutcome): string {
  const { sent, elapsed, lateness, invalid, passed } = result
  const rate = elapsed > 0 ? `, ${formatGrouped(Math.round(sent / (elapsed / 1_000_000)))}/s` : ''
  const punctual =
    lateness.count === 0
      ? []
      : [`late by ${late(lateness.quantile(0.99))} at p99, ${late(lateness.worst)} at worst`]
  return [
    `Replayed ${counted(sent)} in ${formatDuration(elapsed / 1000)}${rate}: ${allOr(result)}`,
    ...punctual,
    ...(invalid > 0 ? [`${counted(invalid, 'broken line')} left out`] : []),
    ...(passed > 0 ? [`${formatGrouped(passed)} passed over by seeking`] : [])
  ].join('; ')
}

/**
 * The failure that a replay ended with, or `undefined` if every message that was sent was acknowledged. Where several things went
 * wrong, the one that counts most is told.
 */
export function replayFailure(
  result: ReplayOutcome,
  context: {
    readonly interrupted: string | undefined
    readonly endless: boolean
    /** Nothing was sent, only shown. */
    readonly dryRun: boolean
  }
): unknown {
  const { sent, acknowledged, refused, unacknowledged, sourceError, connectionError, refusal } = result
  // Of a dry run.
  if (connectionError?.kind === 'output') return connectionError
  const replayed = `replayed ${counted(sent)}, ${acknowledged === sent ? 'all' : formatGrouped(acknowledged)} acknowledged`
  const counts = context.dryRun ? `showed ${counted(sent)}` : replayed
  const delivered = { counts, sent, details: { sent, acknowledged, refused, unacknowledged } }
  const source = sourceError === undefined ? undefined : sourceFailure(sourceError, delivered)
  if (source !== undefined && !(source instanceof TidingsError)) return source
  const elsewhere = ', or send to other channels: --map, --prefix'
  const { interrupted, endless } = context
  return weightiestFailure([
    source,
    refused > 0 ? refusedFailure(`${counts}, ${refused}`, refusal, delivered, elsewhere) : undefined,
    unfinishedFailure(result, interrupted, delivered),
    interrupted === undefined || endless ? undefined : interruptedFailure(interrupted, delivered)
  ])
}

/** Messages were not acknowledged, or not even sent, and not because the user wished so. */
function unfinishedFailure(
  result: ReplayOutcome,
  interrupted: string | undefined,
  { counts, details }: Delivered
): TidingsError | undefined {
  const { acknowledged, unacknowledged, connectionError, stalled, unread } = result
  const isMissing = unacknowledged > 0 || unread.count > 0
  if (!isMissing && !stalled && (connectionError === undefined || interrupted !== undefined)) return undefined
  const { why, code } = whyMissing(
    result,
    interrupted === undefined ? 'the connection was closed' : 'interrupted'
  )
  const kind = connectionError?.kind === 'refused' ? 'refused' : 'unfinished'
  const missing = unread.count > 0 ? formatMissing(result) : `${unacknowledged} not`
  const again =
    acknowledged === 0 ? 'replay it again' : `go on behind what was acknowledged: --skip ${acknowledged}`
  return new TidingsError(kind, `${counts}, ${missing}: ${why}`, {
    code,
    suggestion: connectionError?.suggestion ?? (code === NOT_CONFIRMED ? WITH_QOS_1 : again),
    details: { ...details, ...(unread.count > 0 && { unread: unread.count }) }
  })
}
