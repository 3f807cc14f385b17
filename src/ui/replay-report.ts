import { formatDuration } from '../core/duration.js'
import { TidingsError } from '../core/errors.js'
import { weightiestFailure } from '../core/failure-precedence.js'
import type { ReplayOutcome } from '../core/replay/replay-outcome.js'
import { formatAssurance, unheardNote } from './assurance.js'
import { counted } from './counted.js'
import { type Delivered, interruptedFailure, refusedFailure, sourceFailure } from './delivery-failures.js'
import type { Ending } from './ending.js'
import { formatGrouped } from './grouped-number.js'

/** `all acknowledged`, or what is true of those that went well. */
function allOr(result: ReplayOutcome): string {
  const { sent, acknowledged, unassured } = result
  if (unassured > 0) return formatAssurance(result)
  return `${acknowledged === sent ? 'all' : formatGrouped(acknowledged)} acknowledged${unheardNote(result)}`
}

const late = (microseconds: number) => `${(microseconds / 1000).toFixed(microseconds < 10_000 ? 2 : 0)} ms`

const NOTHING_REPLAYED = 'replayed nothing: no message of the recording matches'

/** How a replay was asked for, and what was noticed meanwhile. */
export interface ReplayContext {
  /** The signal that ended it, if one did. */
  readonly interrupted: string | undefined
  /** How often all of it was to be sent; infinity for ever. */
  readonly rounds: number
  /** Nothing was sent, only shown. */
  readonly dryRun: boolean
}

/** What is said of a replay at its end. `losses`: what was dropped of messages that the broker could not carry whole. */
export function replayEnding(
  result: ReplayOutcome,
  context: ReplayContext & { readonly losses: readonly string[] }
): Ending {
  const { losses, dryRun } = context
  const failure = replayFailure(result, context)
  if (failure !== undefined) return { warnings: losses, failure }
  const { sent, ended, passed } = result
  // Whoever ends it before the first message, or passes messages over, knows why nothing was sent.
  const isEmpty = sent === 0 && ended === 'end' && passed === 0
  if (isEmpty) return { warnings: [...losses, NOTHING_REPLAYED] }
  return { warnings: losses, line: dryRun ? undefined : formatReplaySummary(result) }
}

/** What is said at the end: how many, how late, and what was left out. */
function formatReplaySummary(result: ReplayOutcome): string {
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
function replayFailure(result: ReplayOutcome, context: ReplayContext): unknown {
  const { sent, acknowledged, refused, unacknowledged, sourceError, connectionError, refusal } = result
  // Of a dry run.
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

/** Messages were not acknowledged, or not even sent, and not because the user wished so. */
function unfinishedFailure(
  { acknowledged, unacknowledged, connectionError, stalled }: ReplayOutcome,
  interrupted: string | undefined,
  { counts, details }: Delivered
): TidingsError | undefined {
  if (unacknowledged === 0 && !stalled && (connectionError === undefined || interrupted !== undefined))
    return undefined
  const ended = interrupted === undefined ? 'the connection was closed' : 'interrupted'
  const why = connectionError?.message ?? (stalled ? 'the broker stopped acknowledging' : ended)
  const kind = connectionError?.kind === 'refused' ? 'refused' : 'unfinished'
  return new TidingsError(kind, `${counts}, ${unacknowledged} not: ${why}`, {
    code: connectionError?.code ?? (stalled ? 'not-acknowledged' : 'interrupted'),
    suggestion:
      connectionError?.suggestion ??
      (acknowledged === 0 ? 'replay it again' : `go on behind what was acknowledged: --skip ${acknowledged}`),
    details
  })
}
