import { counted } from '../core/counted.js'
import { TidingsError } from '../core/errors.js'
import { formatOutboxCounts } from '../core/outbox/outbox-counts.js'
import { REFUSED } from '../core/outbox/outbox-names.js'
import type { OutboxOutcome } from '../core/outbox/outbox-outcome.js'
import {
  formatMissing,
  refusalHint,
  refusalKind,
  UNKNOWN_REFUSAL,
  WITH_QOS_1,
  whyMissing
} from './delivery-failures.js'
import { weightiestFailure } from './failure-precedence.js'

export interface OutboxContext {
  /** The outbox as the user has named it. */
  readonly outbox: string
  readonly interrupted: string | undefined
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

const detailsOf = ({ stored, own, others, unread }: OutboxOutcome, outbox: string) => ({
  outbox,
  stored,
  acknowledged: own.acknowledged + others.acknowledged - unread.count,
  refused: own.refused + others.refused
})

function refusedFailure(result: OutboxOutcome, { outbox }: OutboxContext, counts: string): TidingsError {
  const { own, others, refusal, reasons } = result
  const known = refusal ?? UNKNOWN_REFUSAL
  const { reason, code } = known
  const further = reasons.filter((each) => each !== reason)
  // They wait no more, so that sending the outbox again would create nothing.
  const again = code === 'no-such-topic' ? ' --create' : ''
  return new TidingsError(
    refusalKind(code),
    `${counts}: ${own.refused + others.refused} refused: ${[reason, ...further].join('; ')}`,
    {
      code,
      suggestion:
        code === 'bad-envelope'
          ? `see the message in ${outbox}/${REFUSED}`
          : `${refusalHint(known)}; to publish the refused messages again: tidings publish --json${again} < ${outbox}/${REFUSED}`,
      details: detailsOf(result, outbox)
    }
  )
}

/**
 * The failure of a publication through an outbox, or undefined. A message that is safe on disk counts as success. Bad input and a full disk
 * come first, then refusals, then an interruption.
 */
export function outboxPublishFailure(result: OutboxOutcome, context: OutboxContext): unknown {
  const { sourceError, stored, own, others } = result
  const counts = formatOutboxCounts(result, context.outbox)
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
export function outboxSendFailure(
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
