import { TidingsError } from '../core/errors.js'

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

/** Why one message was refused, in words, and a stable name for it. */
export interface RefusalFacts {
  readonly reason: string
  readonly code: string
}

/** What no broker was asked, since MQTT cannot say it. */
const UNSAYABLE = new Set(['payload-too-large', 'not-encodable'])

/** What helps against a refusal, by how its reason begins. */
const HINTS: readonly (readonly [RegExp, string])[] = [
  [/^not authorized/, 'ask for the right to publish there'],
  [/^quota exceeded/, 'send it again later, or ask for a larger quota'],
  [/^channel name not accepted/, 'publish to another channel'],
  [/^payload format/, 'leave out --payload-utf8, or publish UTF-8'],
  [/^with its headers it is larger|^a packet of/, 'send less in one message'],
  [/^QoS /, 'publish with a lower --qos'],
  [/retained/, 'publish without --retain']
]

/** Messages were refused, by the broker or because MQTT cannot carry them; the reason is that of one of them. */
export function refusedFailure(
  delivered: string,
  refusal: RefusalFacts | undefined,
  { details }: Delivered,
  elsewhere = ''
): TidingsError {
  const { reason, code } = refusal ?? { reason: 'no reason given', code: 'publish-refused' }
  const hint = HINTS.find(([begins]) => begins.test(reason))?.[1] ?? "see the broker's log"
  return new TidingsError(UNSAYABLE.has(code) ? 'bad-input' : 'refused', `${delivered} refused: ${reason}`, {
    code,
    suggestion: code === 'publish-refused' ? `${hint}${elsewhere}` : hint,
    details
  })
}

/** A signal ended the delivery. */
export function interruptedFailure(signal: string, { counts, details }: Delivered): TidingsError {
  return new TidingsError('interrupted', `${counts}: interrupted`, {
    code: 'interrupted',
    details: { ...details, signal }
  })
}
