import { TidingsError } from '../../core/errors.js'
import type { MqttVersion } from './connect-packet.js'
import type { NetworkEnd } from './network-connection.js'
import { REASON } from './reason-codes.js'
import { whereTo } from './server-reference.js'

/** The connection that ended. */
export interface ConnectionOwner {
  readonly url: string
  readonly clientId: string
  /** The client id was chosen by the user, so another program may be using it too. */
  readonly isNamed: boolean
  /** Its session is kept for the next connection of this name. */
  readonly isDurable: boolean
  readonly version: MqttVersion
  /** There are other brokers to connect to. */
  readonly hasOtherBrokers: boolean
  /** A message is suspected of ending the connections. A few more connections will show whether it does. */
  readonly suspectsMessage: boolean
}

/** DISCONNECT codes after which another attempt at this broker can only end the same way [MQTT 5, section 3.14.2.1]. */
const FINAL = new Map<number, { kind: 'refused' | 'unfinished'; code: string }>([
  [REASON.notAuthorized, { kind: 'refused', code: 'not-authorized' }],
  [REASON.packetTooLarge, { kind: 'unfinished', code: 'packet-too-large' }],
  [REASON.serverMoved, { kind: 'unfinished', code: 'server-moved' }]
])

/** A connection that ends within this time (in milliseconds) is a short one. */
const SHORT = 1000
const SHORT_LIMIT = 3
/** The limit for short connections that carried messages: a bad network is then the likelier cause. */
const BUSY_LIMIT = 30
const PROTOCOL_ERROR_LIMIT = 5
const SENT_AWAY_LIMIT = 5

/** What the broker answers to a packet of ours that it cannot take. It will give the same answer to the same packet. */
const OUR_FAULT = new Set<number>([
  REASON.malformedPacket,
  REASON.protocolError,
  REASON.topicNameInvalid,
  REASON.receiveMaximumExceeded,
  REASON.topicAliasInvalid,
  REASON.payloadFormatInvalid,
  REASON.retainNotSupported,
  REASON.qosNotSupported
])

const DISAGREED = '--protocol 3.1.1; the broker and tidings read MQTT 5 differently, so please report it'

/** Decides after each end whether to connect again. */
export class EndVerdict {
  #shortOnes = 0
  #idleOnes = 0
  #protocolErrors = 0
  #timesSentAway = 0

  /** Why the connection has ended for good, or `undefined` to connect again. */
  judge(end: NetworkEnd, owner: ConnectionOwner): TidingsError | undefined {
    const code = end.packet?.reasonCode ?? 0
    const final = FINAL.get(code)
    const isFinal =
      (code !== REASON.packetTooLarge || !owner.suspectsMessage) &&
      (code !== REASON.serverMoved || !owner.hasOtherBrokers)
    if (final !== undefined && isFinal) {
      const suggestion =
        code === REASON.serverMoved ? whereTo(end.packet?.properties?.serverReference) : undefined
      return lost(final.kind, owner, end.reason, { code: final.code, suggestion })
    }
    if (code === REASON.sessionTakenOver)
      return takenOver(owner, `another client connected as "${owner.clientId}"`)
    if (this.#isTakenInTurns(end, owner)) {
      const why = `the broker closed the connection ${this.#shortOnes} times within a second; another client seems to be connected as "${owner.clientId}"`
      return takenOver(owner, why)
    }
    if (owner.suspectsMessage) return undefined
    const isProtocolError = end.kind === 'protocol-error' || OUR_FAULT.has(code)
    if (isProtocolError) this.#protocolErrors++
    else if (end.lasted > SHORT) this.#protocolErrors = 0
    if (this.#protocolErrors >= PROTOCOL_ERROR_LIMIT) {
      const suggestion = owner.version === '5' ? DISAGREED : undefined
      const why = `${end.reason}, ${PROTOCOL_ERROR_LIMIT} times`
      return lost('unfinished', owner, why, { code: 'protocol-error', suggestion })
    }
    if (end.lasted > SHORT || code !== REASON.useAnotherServer) this.#timesSentAway = 0
    if (code === REASON.useAnotherServer && ++this.#timesSentAway === SENT_AWAY_LIMIT) {
      const suggestion = whereTo(end.packet?.properties?.serverReference)
      const why = `${end.reason}, ${SENT_AWAY_LIMIT} times`
      return lost('unfinished', owner, why, { code: 'use-another-server', suggestion })
    }
    return undefined
  }

  /**
   * Whether two clients of one name seem to push each other out. In MQTT 3.1.1 the broker has no DISCONNECT, and mosquitto 2.0.11 sends
   * none in MQTT 5 either: it only closes the connection, and the two clients would take turns for ever.
   */
  #isTakenInTurns(end: NetworkEnd, owner: ConnectionOwner): boolean {
    if (!owner.isNamed || owner.suspectsMessage) return false
    const isShort = end.kind === 'closed' && end.lasted < SHORT
    this.#shortOnes = isShort ? this.#shortOnes + 1 : 0
    this.#idleOnes = isShort && end.exchanged === 0 ? this.#idleOnes + 1 : 0
    return this.#idleOnes >= SHORT_LIMIT || this.#shortOnes >= BUSY_LIMIT
  }
}

function takenOver(owner: ConnectionOwner, why: string): TidingsError {
  return lost('unfinished', owner, why, {
    code: 'session-taken-over',
    suggestion: owner.isDurable
      ? 'the session is in use: wait until the other one has ended, or choose another --session'
      : 'give each client a --client-id of its own, or leave it out'
  })
}

function lost(
  kind: 'refused' | 'unfinished',
  owner: ConnectionOwner,
  why: string,
  { code, suggestion }: { code: string; suggestion: string | undefined }
): TidingsError {
  return new TidingsError(kind, `lost the connection to "${owner.url}": ${why}`, {
    code,
    details: { broker: owner.url, clientId: owner.clientId },
    ...(suggestion === undefined ? {} : { suggestion })
  })
}
