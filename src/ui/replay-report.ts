import { formatDuration } from '../core/duration.js'
import { TidingsError } from '../core/errors.js'
import { weightiestFailure } from '../core/failure-precedence.js'
import type { ReplayOutcome } from '../core/replay/replay-outcome.js'
import { quoteName } from '../core/visible-text.js'
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
import type { Ending } from './ending.js'
import { formatGrouped } from './grouped-number.js'

/** `all acknowledged`, or how many were acknowledged or sent. */
function allOr(result: ReplayOutcome): string {
  const { sent, acknowledged, unassured } = result
  if (unassured > 0) return formatAssurance(result)
  return `${acknowledged === sent ? 'all' : formatGrouped(acknowledged)} acknowledged${unheardNote(result)}`
}

const late = (microseconds: number) => `${(microseconds / 1000).toFixed(microseconds < 10_000 ? 2 : 0)} ms`

/** How a replay was asked for, and what was noticed meanwhile. */
export interface ReplayContext {
  /** The signal that ended it, if one did. */
  readonly interrupted: string | undefined
  /** How often all of it was to be sent; infinity for ever. */
  readonly rounds: number
  /** Nothing was sent, only shown. */
  readonly dryRun: boolean
}

/**
 * What is said of a replay at its end.
 * @param context `losses`: what was dropped of messages that the broker could not carry whole; `unusedRules`: rules for channels that no
 *   message has met
 */
export function replayEnding(
  result: ReplayOutcome,
  context: ReplayContext & { readonly losses: readonly string[]; readonly unusedRules: readonly string[] }
): Ending {
  const { losses, unusedRules, dryRun } = context
  const { sent, ended, passed } = result
  const warnings = [...losses, ...(sent > 0 ? unusedRules.map(unusedRuleWarning) : [])]
  const failure = replayFailure(result, context)
  if (failure !== undefined) return { warnings, failure }
  // Whoever ends it before the first message, or skips messages, knows why nothing was sent.
  const isEmpty = sent === 0 && ended === 'end' && passed === 0
  if (isEmpty) return { warnings: [...warnings, emptyReplayWarning(result)] }
  return { warnings, line: dryRun ? undefined : formatReplaySummary(result) }
}

/** The warning when there was nothing to send. */
function emptyReplayWarning(result: ReplayOutcome): string {
  const left = formatLeftOut(result)
  return `replayed nothing: ${left.length === 0 ? 'no message of the recording matches' : left.join('; ')}`
}

function formatLeftOut({ invalid, unsendable }: ReplayOutcome): string[] {
  return [
    ...(invalid > 0 ? [`${counted(invalid, 'broken line')} left out`] : []),
    ...(unsendable > 0 ? [`${counted(unsendable)} left out that cannot be sent`] : [])
  ]
}

/** The warning of a rule for channels that no message has met. */
function unusedRuleWarning(rule: string): string {
  return `--map ${quoteName(rule)} was used for no message: what no rule matches goes to the channel it was recorded on`
}

/** The closing line: how many, how late, and what was left out. */
function formatReplaySummary(result: ReplayOutcome): string {
  const { sent, elapsed, lateness, passed } = result
  const rate = elapsed > 0 ? `, ${formatGrouped(Math.round(sent / (elapsed / 1_000_000)))}/s` : ''
  const punctual =
    lateness.count === 0
      ? []
      : [`late by ${late(lateness.quantile(0.99))} at p99, ${late(lateness.worst)} at worst`]
  return [
    `Replayed ${counted(sent)} in ${formatDuration(elapsed / 1000)}${rate}: ${allOr(result)}`,
    ...punctual,
    ...formatLeftOut(result),
    ...(passed > 0 ? [`${formatGrouped(passed)} skipped by seeking`] : [])
  ].join('; ')
}

/**
 * The failure of a replay, or `undefined` if every message that was sent was acknowledged. Where several things went wrong, the failure is
 * the most important one.
 */
function replayFailure(result: ReplayOutcome, context: ReplayContext): unknown {
  const { sent, acknowledged, refused, unacknowledged, sourceError, connectionError, refusal } = result
  // Only a dry run writes to stdout.
  if (connectionError?.kind === 'output') return connectionError
  const replayed = `replayed ${counted(sent)}, ${acknowledged === sent ? 'all' : formatGrouped(acknowledged)} acknowledged`
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
    acknowledged === 0
      ? 'replay it again'
      : `continue after the acknowledged messages: --skip ${acknowledged}`
  return new TidingsError(kind, `${counts}, ${missing}: ${why}`, {
    code,
    suggestion: connectionError?.suggestion ?? (code === NOT_CONFIRMED ? WITH_QOS_1 : again),
    details: { ...details, ...(unread.count > 0 && { unread: unread.count }) }
  })
}
