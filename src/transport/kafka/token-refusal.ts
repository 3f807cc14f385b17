import type { Password } from '../../core/connection.js'
import { quoteName, visibleText } from '../../core/visible-text.js'

/**
 * Why a broker did not accept a token, in words.
 * @param answer what the broker said: an object in JSON, with `status` (RFC 7628, section 3.2.2)
 * @param now milliseconds since 1970
 */
export function whyNoToken(token: Password, answer: string, now: number): string {
  const end = endOf(Buffer.from(token).toString())
  if (end !== undefined && end <= now) return `the token ran out at ${new Date(end).toISOString()}`
  const { status } = membersOf(answer)
  return typeof status === 'string'
    ? `the token was not accepted: ${quoteName(status)}`
    : `the token was not accepted: ${visibleText(answer.slice(0, LONGEST_ANSWER))}`
}

/** Characters of an answer that a person is shown. */
const LONGEST_ANSWER = 200

/** When a JSON Web Token runs out (RFC 7519, section 4.1.4), in milliseconds since 1970; undefined where it does not say it. */
function endOf(token: string): number | undefined {
  const { exp } = membersOf(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  const end = typeof exp === 'number' ? exp * 1000 : Number.NaN
  return Number.isNaN(new Date(end).getTime()) ? undefined : end
}

/** The members of an object in JSON; none where the text is something else. */
function membersOf(json: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}
