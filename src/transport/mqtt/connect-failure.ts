import type { TidingsError } from '../../core/errors.js'
import type { BrokerUrl } from '../broker-url.js'
import {
  type ConnectAdvice,
  failedToConnect,
  MOVED,
  nameFailedAttempt
} from '../connecting/connect-failure.js'
import type { Diagnosis } from '../sockets/diagnosis.js'
import { connackCode, formatReason, REASON } from './reason-codes.js'
import { whereTo } from './server-reference.js'

/** The broker refused CONNECT. */
export class ConnackError extends Error {
  readonly code: number

  constructor(
    code: number,
    readonly reasonString?: string,
    readonly serverReference?: string
  ) {
    super('the broker refused the connection')
    this.code = connackCode(code)
  }
}

const ADVICE: ConnectAdvice = {
  wrongProtocol: 'not-mqtt',
  notListening: 'check host and port; to start a broker on this machine: tidings broker',
  httpServer:
    'check the port: MQTT has mostly 1883, with TLS 8883; if this server carries MQTT over WebSocket: ws:// or wss://',
  wrongPort:
    'check the port: is it for TLS (mqtts://), for WebSocket (ws://, wss://), for AMQP (amqp://) or for Kafka (kafka://)?',
  sockets: new Map([
    ['not-tls', 'check the port; without TLS it is mqtt:// or ws://'],
    ['not-websocket', 'check the port: is it for MQTT (mqtt://, mqtts://) or for WebSocket?'],
    ['websocket-refused', 'check the path: most brokers use /mqtt, RabbitMQ uses /ws']
  ])
}

const REFUSALS = new Map<number, Omit<Diagnosis, 'why'>>([
  [
    REASON.unsupportedProtocolVersion,
    { code: 'protocol-unsupported', suggestion: 'let tidings find out the version: --protocol auto' }
  ],
  [
    REASON.clientIdentifierNotValid,
    { code: 'client-id-refused', suggestion: 'choose another --client-id, or leave it out' }
  ],
  [
    REASON.badUserNameOrPassword,
    { code: 'bad-credentials', suggestion: 'check --username and the password' }
  ],
  [REASON.notAuthorized, { code: 'not-authorized', suggestion: 'check --username and the password' }],
  [REASON.banned, { code: 'banned' }],
  [
    REASON.badAuthenticationMethod,
    {
      code: 'not-authorized',
      suggestion: 'this broker asks for an authentication method that tidings does not support'
    }
  ]
])

const ELSEWHERE = new Set<number>([REASON.useAnotherServer, REASON.serverMoved])

/**
 * A broker that answers with one of these may accept us later, unless it has moved. Another broker of its cluster may accept us at once.
 */
const TRANSIENT = new Set<number>([
  REASON.serverUnavailable,
  REASON.serverBusy,
  REASON.serverShuttingDown,
  REASON.quotaExceeded,
  REASON.connectionRateExceeded,
  ...ELSEWHERE
])

/** Gives a failed attempt its name, its reason and a next step. Never quotes credentials. */
export function connectFailure(url: BrokerUrl, error: unknown): TidingsError {
  if (!(error instanceof ConnackError)) return nameFailedAttempt(url, error, ADVICE)
  const why = `the broker refused: ${formatReason(error.code, error.reasonString)}`
  if (TRANSIENT.has(error.code)) {
    const suggestion = ELSEWHERE.has(error.code) ? whereTo(error.serverReference) : undefined
    const code = error.code === REASON.serverMoved ? MOVED : 'broker-unavailable'
    return failedToConnect('connect', url, { code, why, suggestion }, error)
  }
  const refusal = REFUSALS.get(error.code) ?? { code: 'connection-not-accepted' }
  return failedToConnect('refused', url, { ...refusal, why }, error)
}
