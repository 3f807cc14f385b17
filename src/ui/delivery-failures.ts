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

/** The broker has refused messages; the reason is that of one of them. */
export function refusedFailure(
  delivered: string,
  refusal: { readonly reason: string; readonly code: string } | undefined,
  { details }: Delivered,
  suggestion: string
): TidingsError {
  return new TidingsError('refused', `${delivered} refused: ${refusal?.reason ?? 'no reason given'}`, {
    code: refusal?.code ?? 'publish-refused',
    suggestion,
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
