import { formatByteSize } from '../core/byte-size.js'
import { formatDuration } from '../core/duration.js'
import { TidingsError } from '../core/errors.js'
import { weightiestFailure } from '../core/failure-precedence.js'
import type { OutboxContents } from '../core/outbox/outbox-contents.js'
import { REFUSED } from '../core/outbox/outbox-names.js'
import type { LeftOutbox, OutboxOutcome } from '../core/outbox/outbox-outcome.js'
import { formatTimestamp } from '../core/timestamp.js'
import { visibleText } from '../core/visible-text.js'
import { formatAssurance } from './assurance.js'
import { counted } from './counted.js'
import {
  formatMissing,
  refusalHint,
  refusalKind,
  UNKNOWN_REFUSAL,
  WITH_QOS_1,
  whyMissing
} from './delivery-failures.js'
import type { Ending } from './ending.js'
import { NOTHING_PUBLISHED, publishClosingLine } from './publish-report.js'
import { formatChannelCounts } from './record-report.js'

export interface OutboxContext {
  /** The outbox as the user has named it. */
  readonly outbox: string
  readonly interrupted: string | undefined
}

const leftOf = ({ stored, own }: OutboxOutcome) => stored - own.acknowledged - own.refused

const whyLeft = ({ reason, sender }: OutboxOutcome) =>
  sender === undefined
    ? `not sent yet${reason === undefined ? '' : `: ${reason.message}`}`
    : `process ${sender} is sending`

/** Nobody acknowledges QoS 0. */
const howLeft = ({ unassured }: LeftOutbox) => (unassured === 0 ? 'acknowledged' : 'sent')

/** `3 messages acknowledged, 2 safe in "DIR", not sent yet: why`. */
function countsOf(result: OutboxOutcome, { outbox }: OutboxContext): string {
  const left = leftOf(result)
  const acknowledged = `${counted(result.own.acknowledged)} ${howLeft(result.own)}`
  if (left === 0) return acknowledged
  const safe = `safe in "${outbox}", ${whyLeft(result)}`
  if (result.own.acknowledged === 0) return `${counted(left)} ${safe}`
  return `${acknowledged}, ${left} ${safe}`
}

/** Messages of QoS 0 that have left the outbox, and that the broker may never have read. */
function unreadFailure(
  { unread }: OutboxOutcome,
  counts: string,
  details: Readonly<Record<string, string | number>>
): TidingsError | undefined {
  if (unread.count === 0) return undefined
  const missing = { unacknowledged: 0, unread, connectionError: undefined, stalled: false }
  const { why, code } = whyMissing(missing, 'the broker does not answer')
  return new TidingsError('unfinished', `${counts}; ${formatMissing(missing)}: ${why}`, {
    code,
    suggestion: WITH_QOS_1,
    details: { ...details, unread: unread.count }
  })
}

/** The closing line of a publication through an outbox that did not fail. */
function outboxClosingLine(
  result: OutboxOutcome,
  context: OutboxContext & { channel: string | undefined }
): string {
  const { stored, others, elapsed } = result
  const line =
    leftOf(result) === 0
      ? publishClosingLine({ ...result.own, acknowledged: stored }, context.channel, elapsed / 1000)
      : countsOf(result, context)
  return others.acknowledged === 0
    ? line
    : `${line}; ${counted(others.acknowledged, 'other message')} of the outbox ${howLeft(others)}, too`
}

/** What is said of a publication through an outbox at its end. `losses`: what was dropped of messages. */
export function outboxPublishEnding(
  result: OutboxOutcome,
  context: OutboxContext & { readonly channel: string | undefined; readonly losses: readonly string[] }
): Ending {
  const { losses: warnings } = context
  const failure = outboxPublishFailure(result, context)
  if (failure !== undefined) return { warnings, failure }
  if (result.stored + result.others.acknowledged === 0) return { warnings: [...warnings, NOTHING_PUBLISHED] }
  return { warnings, line: outboxClosingLine(result, context) }
}

/** What is said at the end of sending an outbox. `left`: messages that still wait. */
export function outboxSendEnding(
  result: OutboxOutcome,
  context: OutboxContext & { readonly left: number; readonly losses: readonly string[] }
): Ending {
  const failure = outboxSendFailure(result, context)
  return { warnings: context.losses, failure, line: outboxSentLine(result, context.outbox) }
}

const detailsOf = ({ stored, own, others, unread }: OutboxOutcome, outbox: string) => ({
  outbox,
  stored,
  acknowledged: own.acknowledged + others.acknowledged - unread.count,
  refused: own.refused + others.refused
})

function refusedFailure(result: OutboxOutcome, { outbox }: OutboxContext, counts: string): TidingsError {
  const { own, others, refusal } = result
  const known = refusal ?? UNKNOWN_REFUSAL
  const { reason, code } = known
  return new TidingsError(
    refusalKind(code),
    `${counts}: ${own.refused + others.refused} refused: ${reason}`,
    {
      code,
      suggestion:
        code === 'bad-envelope'
          ? `see the message in ${outbox}/${REFUSED}`
          : `${refusalHint(known)}; to publish the refused messages again: tidings publish --json < ${outbox}/${REFUSED}`,
      details: detailsOf(result, outbox)
    }
  )
}

/**
 * The failure of a publication through an outbox, or undefined. A message that is safe on disk counts as success. Bad input and a full disk
 * come first, then refusals, then an interruption.
 */
function outboxPublishFailure(result: OutboxOutcome, context: OutboxContext): unknown {
  const { sourceError, stored, own, others } = result
  const counts = countsOf(result, context)
  const details = detailsOf(result, context.outbox)
  if (sourceError !== undefined) {
    if (!(sourceError instanceof TidingsError)) return sourceError
    const before = stored === 0 ? 'nothing was stored before it' : `before it: ${counts}`
    return new TidingsError(sourceError.kind, `${sourceError.message} (${before})`, {
      code: sourceError.code,
      ...(sourceError.suggestion !== undefined && { suggestion: sourceError.suggestion }),
      details: { ...sourceError.details, ...details },
      cause: sourceError
    })
  }
  if (own.refused + others.refused > 0) return refusedFailure(result, context, counts)
  const unread = unreadFailure(result, counts, details)
  if (unread !== undefined || context.interrupted === undefined) return unread
  return new TidingsError('interrupted', `${counts}: interrupted`, {
    code: 'interrupted',
    details: { ...details, signal: context.interrupted }
  })
}

/** The failure of sending an outbox, or undefined if all of it was acknowledged. `left`: messages that still wait. */
function outboxSendFailure(
  result: OutboxOutcome,
  context: OutboxContext & { left: number }
): TidingsError | undefined {
  const { others, reason, sender } = result
  const { outbox, left, interrupted } = context
  const counts = `sent ${counted(others.acknowledged)} of the outbox "${outbox}"`
  const details = { ...detailsOf(result, outbox), left }
  if (sender !== undefined) return outboxBusy('send', outbox, sender)
  const safe = `${counted(left)} safe there, not sent yet`
  return weightiestFailure([
    others.refused > 0 ? refusedFailure(result, context, counts) : undefined,
    unreadFailure(result, counts, details),
    // If the user interrupted the command, the interruption is why the rest was not sent.
    reason === undefined || interrupted !== undefined
      ? undefined
      : new TidingsError(reason.kind, `${counts}, ${safe}: ${reason.message}`, {
          code: reason.code,
          suggestion: reason.suggestion ?? `tidings outbox send ${outbox}`,
          details: { ...reason.details, ...details }
        }),
    interrupted === undefined
      ? undefined
      : new TidingsError('interrupted', `${counts}, ${safe}: interrupted`, {
          code: 'interrupted',
          details: { ...details, signal: interrupted }
        })
  ])
}

/** The failure where another process uses the outbox. */
export const outboxBusy = (what: string, outbox: string, pid: number, doing = 'sending it') =>
  new TidingsError('unfinished', `cannot ${what} the outbox "${outbox}": process ${pid} is ${doing}`, {
    code: 'outbox-busy',
    suggestion: 'wait until it has ended',
    details: { outbox, pid }
  })

/** What waits in an outbox, in a few lines for people. */
export function formatOutbox(
  contents: OutboxContents,
  { refused, sender }: { refused: number; sender: number | undefined }
): string {
  const { messages, bytes, oldest, channels, unreadable } = contents
  const since = oldest === undefined ? '' : `, the oldest stored at ${formatTimestamp(oldest)}`
  const lines = [
    messages === 0 ? 'No messages wait' : `${counted(messages)}, ${formatByteSize(bytes)}${since}`,
    ...formatChannelCounts(channels)
  ]
  if (unreadable > 0) lines.push(`${counted(unreadable, 'line')} that cannot be read`)
  if (refused > 0) lines.push(`${counted(refused, 'refused message')} in ${REFUSED}`)
  if (sender !== undefined) lines.push(`Process ${sender} is sending`)
  return `${lines.map((line) => visibleText(line)).join('\n')}\n`
}

export interface OutboxCounts {
  readonly waiting: number
  readonly refused: number
}

/** `3 messages`, and `1 refused message` if there are any. */
export const describeOutboxCounts = ({ waiting, refused }: OutboxCounts) =>
  `${counted(waiting)}${refused === 0 ? '' : ` and ${counted(refused, 'refused message')}`}`

/** The closing line of `outbox clear`. */
export const outboxClearedLine = (outbox: string, counts: OutboxCounts) =>
  `Removed ${describeOutboxCounts(counts)} from the outbox "${outbox}"`

/** The closing line of `outbox send` when no message is left. */
const outboxSentLine = ({ others, elapsed }: OutboxOutcome, outbox: string) =>
  others.acknowledged === 0
    ? `No messages wait in the outbox "${outbox}"`
    : `Sent ${counted(others.acknowledged)} of the outbox "${outbox}": ${formatAssurance(others)}, ${formatDuration(elapsed / 1000)}`
