import type { RefusalReason, Unread } from '../core/connection.js'
import { TidingsError } from '../core/errors.js'
import { formatGrouped } from '../core/grouped-number.js'
import type { RefusalExample } from '../core/refusal-example.js'
import { quoteName } from '../core/visible-text.js'

/** The result of a delivery, in words and for programs. */
export interface Delivered {
  /** `published 3 of 5 messages`. */
  readonly counts: string
  readonly sent: number
  readonly details: Readonly<Record<string, number>>
}

/** The failure where the source of the messages could not be read to its end. If messages were sent by then, it says how many. */
export function sourceFailure(error: unknown, { counts, sent, details }: Delivered): unknown {
  if (!(error instanceof TidingsError) || sent === 0) return error
  return new TidingsError(error.kind, `${error.message} (${counts} before it)`, {
    code: error.code,
    ...(error.suggestion !== undefined && { suggestion: error.suggestion }),
    details: { ...error.details, ...details }
  })
}

/** What a delivery is missing, and why nobody can say more. */
export interface Missing {
  readonly unacknowledged: number
  readonly unread: Unread
  readonly connectionError: TidingsError | undefined
  readonly stalled: boolean
}

/** `2 not acknowledged, 3 sent with QoS 0, and nothing shows that the broker has read them`. */
export function formatMissing({ unacknowledged, unread: { count } }: Missing): string {
  const open = unacknowledged > 0 || count === 0 ? [`${formatGrouped(unacknowledged)} not acknowledged`] : []
  return [
    ...open,
    ...(count === 0
      ? []
      : [
          `${formatGrouped(count)} sent with QoS 0, and nothing shows that the broker has read ${count === 1 ? 'it' : 'them'}`
        ])
  ].join(', ')
}

/** The code of a failure that is only about messages of QoS 0, and what to do about it. */
export const NOT_CONFIRMED = 'not-confirmed'
export const WITH_QOS_1 = 'have the broker acknowledge what counts: --qos 1'

/** Why something is missing, and its stable name. */
export function whyMissing(
  { unacknowledged, unread, connectionError, stalled }: Missing,
  otherwise: string
): { readonly why: string; readonly code: string } {
  if (connectionError !== undefined) return { why: connectionError.message, code: connectionError.code }
  const isUnreadOnly = unread.count > 0 && unacknowledged === 0
  if (stalled) {
    const why = isUnreadOnly ? 'the broker does not answer' : 'the broker stopped acknowledging'
    return { why, code: isUnreadOnly ? NOT_CONFIRMED : 'not-acknowledged' }
  }
  return { why: unread.reason ?? otherwise, code: isUnreadOnly ? NOT_CONFIRMED : 'interrupted' }
}

/** The reason where nobody said why messages were refused. */
export const UNKNOWN_REFUSAL: RefusalExample = { reason: 'no reason given', code: 'publish-refused' }

/** Codes of messages that were never sent to a broker: the message cannot be read, or the protocol cannot carry it. */
const NOT_ASKED = new Set([
  'payload-too-large',
  'not-encodable',
  'not-supported',
  'bad-channel',
  'bad-envelope'
])

/** The suggestion for a refusal. */
export const refusalHint = ({ suggestion, code }: RefusalReason): string =>
  suggestion ?? (NOT_ASKED.has(code) ? 'correct the message in its source' : "see the broker's log")

/** A message that was never sent to a broker is bad input, not a refusal by a broker. */
export const refusalKind = (code: string) => (NOT_ASKED.has(code) ? 'bad-input' : 'refused')

/** The failure where the broker refused messages, or the protocol cannot carry them. It gives the reason of one of them. */
export function refusedFailure(
  delivered: string,
  refusal: RefusalExample | undefined,
  { details }: Delivered,
  elsewhere = ''
): TidingsError {
  const known = refusal ?? UNKNOWN_REFUSAL
  const { reason, code } = known
  const hint = refusalHint(known)
  const channel = refusal?.channel
  const where = channel === undefined ? '' : `, the first on ${quoteName(channel)}`
  return new TidingsError(refusalKind(code), `${delivered} refused${where}: ${reason}`, {
    code,
    suggestion: code === 'publish-refused' ? `${hint}${elsewhere}` : hint,
    details: { ...details, ...(channel !== undefined && { channel }) }
  })
}

/** The failure where a signal ended the delivery. */
export function interruptedFailure(signal: string, { counts, details }: Delivered): TidingsError {
  return new TidingsError('interrupted', `${counts}: interrupted`, {
    code: 'interrupted',
    details: { ...details, signal }
  })
}
