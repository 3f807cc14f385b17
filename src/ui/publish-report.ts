import { formatDuration } from '../core/duration.js'
import { TidingsError } from '../core/errors.js'
import type { Guarantee } from '../core/message.js'
import { counted } from './counted.js'
import { interruptedFailure, type RefusalFacts, refusedFailure, sourceFailure } from './delivery-failures.js'
import { formatGrouped } from './grouped-number.js'

const to = (channel: string | undefined) => (channel === undefined ? '' : ` to ${channel}`)

/** The changing line that is shown while messages are published. */
export function formatPublishProgress(
  progress: { acknowledged: number; sent: number },
  elapsedMs: number
): string {
  const rate = elapsedMs > 0 ? Math.round((progress.acknowledged / elapsedMs) * 1000) : 0
  return `${formatGrouped(progress.acknowledged)} acknowledged, ${formatGrouped(progress.sent - progress.acknowledged)} under way, ${formatGrouped(rate)}/s`
}

/** A stream may be empty, and that is no failure; but hardly what was meant. */
export const NOTHING_PUBLISHED = 'published nothing: stdin held no message'

/** What is said once everything went well. */
export function publishClosingLine(
  acknowledged: number,
  channel: string | undefined,
  guarantee: Guarantee,
  elapsedMs: number
): string {
  const how = guarantee === 0 && channel !== undefined ? 'sent' : 'acknowledged'
  return `Published ${counted(acknowledged)}${to(channel)}: ${how}, ${formatDuration(elapsedMs)}`
}

/** What became of a publication, as the report needs it. */
export interface PublishResult {
  readonly sent: number
  readonly acknowledged: number
  readonly refused: number
  readonly unacknowledged: number
  readonly refusal: RefusalFacts | undefined
  readonly sourceError: unknown
  readonly connectionError: TidingsError | undefined
  readonly stalled: boolean
}

/**
 * The failure that a publication ended with, or undefined if it did not fail. The counts are always told. What was not
 * acknowledged weighs most, then bad input, then refusals, then an interruption.
 */
export function publishFailure(
  result: PublishResult,
  context: { channel: string | undefined; interrupted: string | undefined }
): unknown {
  const { sent, acknowledged, refused, unacknowledged, refusal, sourceError, connectionError, stalled } =
    result
  const counts = `published ${acknowledged} of ${counted(sent)}${to(context.channel)}`
  const details = { acknowledged, refused, unacknowledged }
  if (unacknowledged > 0 || stalled || (connectionError && !context.interrupted)) {
    const why =
      connectionError?.message ?? (stalled ? 'the broker stopped acknowledging' : 'the connection was closed')
    const kind = connectionError?.kind === 'refused' ? 'refused' : 'unfinished'
    return new TidingsError(kind, `${counts}: ${unacknowledged} not acknowledged: ${why}`, {
      code: connectionError?.code ?? (stalled ? 'not-acknowledged' : 'interrupted'),
      suggestion:
        connectionError?.suggestion ??
        'send what is missing again; the broker may have it already, so duplicates are possible',
      details
    })
  }
  const delivered = { counts, sent, details }
  if (sourceError !== undefined) return sourceFailure(sourceError, delivered)
  if (refused > 0) {
    const isKnown = context.channel !== undefined
    const facts = refusal && isKnown ? { reason: refusal.reason, code: refusal.code } : refusal
    return refusedFailure(`${counts}: ${refused}`, facts, delivered)
  }
  if (context.interrupted !== undefined) return interruptedFailure(context.interrupted, delivered)
  return undefined
}
