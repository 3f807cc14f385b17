import { TidingsError } from '../../core/errors.js'
import type { SessionEnd } from './session.js'

/** Who had the session that ended. */
export interface SessionOwner {
  readonly url: string
  readonly clientId: string
  /** The client id was chosen by the user, so another program may be using it too. */
  readonly isNamed: boolean
}

/** DISCONNECT codes after which another attempt can only end the same way [MQTT 5, section 3.14.2.1]. */
const FINAL = new Map<number, { kind: 'refused' | 'unfinished'; code: string }>([
  [0x87, { kind: 'refused', code: 'not-authorized' }],
  [0x95, { kind: 'unfinished', code: 'packet-too-large' }],
  [0x9d, { kind: 'unfinished', code: 'server-moved' }]
])

const TAKEN_OVER = 0x8e

/** A connection that is gone sooner than this did not really work. */
const SHORT = 1000
const SHORT_LIMIT = 3
const PROTOCOL_ERROR_LIMIT = 5

/** What the broker answers to a packet of ours that it cannot take; it will answer the same to the same packet. */
const OUR_FAULT = new Set([0x81, 0x82, 0x90, 0x93, 0x94, 0x99, 0x9a, 0x9b])

/** Decides, end by end, whether to connect again. */
export class SessionVerdict {
  #shortOnes = 0
  #protocolErrors = 0

  /** Why the connection has ended for good, or `undefined` to connect again. */
  judge(end: SessionEnd, owner: SessionOwner): TidingsError | undefined {
    const code = end.packet?.reasonCode ?? 0
    const final = FINAL.get(code)
    if (final !== undefined) {
      const moved = end.packet?.properties?.serverReference
      return lost(final.kind, owner, end.reason, {
        code: final.code,
        ...(moved === undefined ? {} : { suggestion: `it names another broker: ${moved}` })
      })
    }
    if (code === TAKEN_OVER) return takenOver(owner, `another client connected as "${owner.clientId}"`)
    // MQTT 3.1.1 has no DISCONNECT from the broker: it only closes, and two clients of one name take turns for ever.
    this.#shortOnes = end.kind === 'closed' && end.lasted < SHORT ? this.#shortOnes + 1 : 0
    if (owner.isNamed && this.#shortOnes >= SHORT_LIMIT) {
      const why = `the broker closed the connection ${SHORT_LIMIT} times within a second; another client seems to be connected as "${owner.clientId}"`
      return takenOver(owner, why)
    }
    const isProtocolError = end.kind === 'protocol-error' || OUR_FAULT.has(code)
    if (isProtocolError) this.#protocolErrors++
    else if (end.lasted > SHORT) this.#protocolErrors = 0
    if (this.#protocolErrors >= PROTOCOL_ERROR_LIMIT) {
      return lost('unfinished', owner, `${end.reason}, ${PROTOCOL_ERROR_LIMIT} times`, {
        code: 'protocol-error'
      })
    }
    return undefined
  }
}

function takenOver(owner: SessionOwner, why: string): TidingsError {
  return lost('unfinished', owner, why, {
    code: 'session-taken-over',
    suggestion: 'give each client a --client-id of its own, or leave it out'
  })
}

function lost(
  kind: 'refused' | 'unfinished',
  owner: SessionOwner,
  why: string,
  facts: { code: string; suggestion?: string }
): TidingsError {
  const details = { broker: owner.url, clientId: owner.clientId }
  return new TidingsError(kind, `lost the connection to "${owner.url}": ${why}`, { ...facts, details })
}
