import type { Concluded } from '../core/concluded.js'
import { counted } from '../core/counted.js'
import { formatDuration } from '../core/duration.js'
import { formatGrouped } from '../core/grouped-number.js'
import type { NamedElsewhere } from '../core/named-elsewhere.js'
import type { ReplayOutcome } from '../core/replay/replay-outcome.js'
import { quoteName } from '../core/visible-text.js'
import { formatAssurance, unheardNote } from './assurance.js'
import { atBroker } from './at-broker.js'
import type { Ending } from './ending.js'

/** `all acknowledged`, or how many were acknowledged or sent. */
function allOr(result: ReplayOutcome): string {
  const { sent, acknowledged, unassured } = result
  if (unassured > 0) return formatAssurance(result)
  return `${acknowledged === sent ? 'all' : formatGrouped(acknowledged)} acknowledged${unheardNote(result)}`
}

const late = (microseconds: number) => `${(microseconds / 1000).toFixed(microseconds < 10_000 ? 2 : 0)} ms`

/**
 * What is said of a replay at its end.
 * @param context `dryRun`: nothing was sent, only shown; `losses`: what was dropped of messages that the broker could not carry whole;
 *   `unusedRules`: rules for channels that no message has met
 */
export function replayEnding(
  result: Concluded<ReplayOutcome>,
  context: {
    readonly dryRun: boolean
    readonly losses: readonly string[]
    readonly unusedRules: readonly string[]
    readonly named: NamedElsewhere | undefined
  }
): Ending {
  const { losses, unusedRules, dryRun } = context
  const { sent, ended, passed, failure } = result
  const warnings = [...losses, ...(sent > 0 ? unusedRules.map(unusedRuleWarning) : [])]
  if (failure !== undefined) return { warnings, failure }
  // Whoever ends it before the first message, or skips messages, knows why nothing was sent.
  const isEmpty = sent === 0 && ended === 'end' && passed === 0
  if (isEmpty) return { warnings: [...warnings, emptyReplayWarning(result)] }
  return { warnings, line: dryRun ? undefined : formatReplaySummary(result, context.named) }
}

/** The warning when there was nothing to send. */
function emptyReplayWarning(result: ReplayOutcome): string {
  const left = formatLeftOut(result)
  return `replayed nothing: ${left.length === 0 ? 'no message of the recording matches' : left.join('; ')}`
}

function formatLeftOut({ invalid, unsendable, whyUnsendable }: ReplayOutcome): string[] {
  return [
    ...(invalid > 0 ? [`${counted(invalid, 'broken line')} left out`] : []),
    ...(unsendable > 0
      ? [`${counted(unsendable)} left out that cannot be sent (the first one: ${whyUnsendable})`]
      : [])
  ]
}

/** The warning of a rule for channels that no message has met. */
function unusedRuleWarning(rule: string): string {
  return `--map ${quoteName(rule)} was used for no message: what no rule matches goes to the channel it was recorded on`
}

/** The closing line: how many, how late, and what was left out. */
function formatReplaySummary(result: Concluded<ReplayOutcome>, named: NamedElsewhere | undefined): string {
  const { broker, sent, elapsed, lateness, passed } = result
  const rate = elapsed > 0 ? `, ${formatGrouped(Math.round(sent / (elapsed / 1_000_000)))}/s` : ''
  const punctual =
    lateness.count === 0
      ? []
      : [`late by ${late(lateness.quantile(0.99))} at p99, ${late(lateness.worst)} at worst`]
  return [
    `Replayed ${counted(sent)}${atBroker(broker, named)} in ${formatDuration(elapsed / 1000)}${rate}: ${allOr(result)}`,
    ...punctual,
    ...formatLeftOut(result),
    ...(passed > 0 ? [`${formatGrouped(passed)} skipped by seeking`] : [])
  ].join('; ')
}
