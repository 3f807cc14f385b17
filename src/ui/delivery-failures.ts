import { TidingsError } from '../core/errors.js'
import type { RefusalExample } from '../core/refusal-example.js'
import { quoteName } from '../core/visible-text.js'

/** What a delivery had come to, in words and for programs. */
export interface Delivered {
  /** `published 3 of 5 messages`. */
  readonly counts: string
  readonly sent: number
  readonly details: Readonly<Record<string, number>>
}

/** The source of the messages could not be read to its end; if anything was sent by then, the failure says how much. */
export function sourceFailure(error: unknown, { counts, sent, details }: Delivered): unknown {
  if (!(error instanceof TidingsError) || sent === 0) return error
  return new TidingsError(error.kind, `${error.message} (${counts} before it)`, {
    code: error.code,
    ...(error.suggestion !== undefined && { suggestion: error.suggestion }),
    details: { ...error.details, ...details }
  })
}

/** No broker was asked, since the protocol cannot say it. */
const UNSAYABLE = new Set(['payload-too-large', 'not-encodable'])

/** What helps against a refusal, by how its reason begins. */
const HINTS: readonly (readonly [RegExp, string])[] = [
  [/^not authorized/, 'ask for the right to publish there'],
  [/^quota exceeded/, 'send it again later, or ask for a larger quota'],
  [/^channel name not accepted/, 'publish to another channel'],
  [/^payload format/, 'leave out --payload-utf8, or publish UTF-8'],
  [/^with its headers it is larger|^a packet of/, 'send less in one message'],
  [/^QoS /, 'publish with a lower --qos'],
  [/retained/, 'publish without --retain'],
  [/^an expiry/, 'choose a shorter --expiry'],
  [/is longer than|larger than any packet/, 'make it shorter']
]

/** What to do next. */
export const refusalHint = (reason: string) =>
  HINTS.find(([begins]) => begins.test(reason))?.[1] ?? "see the broker's log"

/** What the protocol cannot carry is bad input, and no refusal of a broker's. */
export const refusalKind = (code: string) => (UNSAYABLE.has(code) ? 'bad-input' : 'refused')

/** Messages were refused, by the broker or because the protocol cannot carry them; the reason is that of one of them. */
export function refusedFailure(
  delivered: string,
  refusal: RefusalExample | undefined,
  { details }: Delivered,
  elsewhere = ''
): TidingsError {
  const { reason, code } = refusal ?? { reason: 'no reason given', code: 'publish-refused' }
  const hint = refusalHint(reason)
  const channel = refusal?.channel
  const where = channel === undefined ? '' : `, the first on ${quoteName(channel)}`
  return new TidingsError(refusalKind(code), `${delivered} refused${where}: ${reason}`, {
    code,
    suggestion: code === 'publish-refused' ? `${hint}${elsewhere}` : hint,
    details: { ...details, ...(channel !== undefined && { channel }) }
  })
}

/** A signal ended the delivery. */
export function interruptedFailure(signal: string, { counts, details }: Delivered): TidingsError {
  return new TidingsError('interrupted', `${counts}: interrupted`, {
    code: 'interrupted',
    details: { ...details, signal }
  })
}
