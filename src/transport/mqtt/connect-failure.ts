import { TidingsError } from '../../core/errors.js'
import { type BrokerUrl, formatBrokerUrl } from '../broker-url.js'
import type { Diagnosis } from '../sockets/diagnosis.js'
import { ProxyError } from '../sockets/proxy-error.js'
import { diagnoseTls } from '../sockets/tls-trouble.js'
import { diagnoseWebSocket } from '../sockets/web-socket-trouble.js'
import { connackCode, formatReason, REASON } from './reason-codes.js'
import { whereTo } from './server-reference.js'

/** Why an attempt to connect failed, in our own words. */
export class AttemptError extends Error {
  constructor(
    readonly code: 'closed' | 'timeout' | 'http-server' | 'not-mqtt',
    message: string
  ) {
    super(message)
  }
}

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

const START_LOCAL = 'check host and port; to start a broker on this machine: tidings broker'
const OTHER_PORT =
  'check the port: MQTT has mostly 1883, with TLS 8883; if this server carries MQTT over WebSocket: ws:// or wss://'
const WRONG_KIND = 'check the port: is it for TLS (mqtts://) or for WebSocket (ws://, wss://)?'

const SYSTEM = new Map<string, Diagnosis>([
  ['ECONNREFUSED', { code: 'connection-refused', why: 'connection refused', suggestion: START_LOCAL }],
  ['ENOTFOUND', { code: 'unknown-host', why: 'unknown host', suggestion: 'check the name of the host' }],
  [
    'EAI_AGAIN',
    {
      code: 'unknown-host',
      why: 'the name of the host could not be looked up',
      suggestion: 'check the name of the host, and the network'
    }
  ],
  ['ETIMEDOUT', { code: 'connect-timeout', why: 'no answer', suggestion: 'check host, port and firewall' }],
  ['EHOSTUNREACH', { code: 'unreachable', why: 'host unreachable', suggestion: 'check the network' }],
  ['ENETUNREACH', { code: 'unreachable', why: 'network unreachable', suggestion: 'check the network' }],
  ['ECONNRESET', { code: 'connection-closed', why: 'the connection was reset', suggestion: WRONG_KIND }],
  ['EPIPE', { code: 'connection-closed', why: 'the connection was closed', suggestion: WRONG_KIND }],
  ['ENOENT', { code: 'no-such-socket', why: 'there is no such socket', suggestion: START_LOCAL }],
  [
    'EACCES',
    {
      code: 'socket-not-permitted',
      why: 'permission denied',
      suggestion: 'check who may use the socket: ls -l'
    }
  ],
  ['ENOTSOCK', { code: 'no-such-socket', why: 'it is not a socket', suggestion: 'check the path' }]
])

/** Suggestions for the failures of sockets that have none of their own. */
const SOCKETS: ReadonlyMap<string, string> = new Map([
  ['not-tls', 'check the port; without TLS it is mqtt:// or ws://'],
  ['not-websocket', 'check the port: is it for MQTT (mqtt://, mqtts://) or for WebSocket?'],
  ['websocket-refused', 'check the path: most brokers use /mqtt, RabbitMQ uses /ws']
])

function diagnoseSocket(error: Error): Diagnosis | undefined {
  const diagnosis = diagnoseWebSocket(error) ?? diagnoseSystem(error)
  if (diagnosis === undefined || diagnosis.suggestion !== undefined) return diagnosis
  return { ...diagnosis, suggestion: SOCKETS.get(diagnosis.code) }
}

function diagnoseSystem(error: Error): Diagnosis | undefined {
  const code = (error as NodeJS.ErrnoException).code
  if (typeof code !== 'string') return undefined
  const diagnosis = SYSTEM.get(code) ?? diagnoseTls(error)
  return diagnosis?.code === 'not-tls' ? { ...diagnosis, suggestion: WITHOUT_TLS } : diagnosis
}

function diagnose(error: Error): Diagnosis {
  if (error instanceof AttemptError) {
    if (error.code === 'timeout') {
      return {
        code: 'connect-timeout',
        why: error.message,
        suggestion: 'check host, port and firewall, or give it longer: --connect-timeout 30s'
      }
    }
    if (error.code === 'http-server') return { code: error.code, why: error.message, suggestion: OTHER_PORT }
    const code = error.code === 'closed' ? 'connection-closed' : 'not-mqtt'
    return { code, why: error.message, suggestion: WRONG_KIND }
  }
  if (error instanceof ProxyError) {
    return { code: 'proxy-failed', why: `the proxy failed: ${error.message}`, suggestion: 'check --proxy' }
  }
  const why = error.message.replace(/\s+/g, ' ')
  return diagnoseSocket(error) ?? { code: 'connect-failed', why, suggestion: WRONG_KIND }
}

const WITHOUT_TLS = 'check the port; without TLS it is mqtt:// or ws://'

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

/** The code of the failure to connect to a broker that has moved for good. */
export const MOVED = 'server-moved'

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

const beginning = (broker: string) => `cannot connect to "${broker}": `

/** Why a broker could not be connected to, without its name, which whoever reads it knows. */
export function reasonAlone({ message, details: { broker } }: TidingsError): string {
  const start = beginning(String(broker))
  return message.startsWith(start) ? message.slice(start.length) : message
}

/** Gives a failed attempt its name, its reason and a next step. Never quotes credentials. */
export function connectFailure(url: BrokerUrl, error: unknown): TidingsError {
  if (error instanceof TidingsError) return error
  // A bug of ours must not look like a failure of the network.
  if (error instanceof TypeError && !('code' in error)) throw error
  const broker = formatBrokerUrl(url)
  const cause = error instanceof Error ? error : new Error(String(error))
  const text = (why: string) => `${beginning(broker)}${why}`
  const facts = (diagnosis: Omit<Diagnosis, 'why'>) => ({
    code: diagnosis.code,
    cause,
    details: { broker },
    ...(diagnosis.suggestion === undefined ? {} : { suggestion: diagnosis.suggestion })
  })
  if (cause instanceof ConnackError) {
    const why = `the broker refused: ${formatReason(cause.code, cause.reasonString)}`
    if (TRANSIENT.has(cause.code)) {
      const suggestion = ELSEWHERE.has(cause.code) ? whereTo(cause.serverReference) : undefined
      const code = cause.code === REASON.serverMoved ? MOVED : 'broker-unavailable'
      return new TidingsError('connect', text(why), facts({ code, suggestion }))
    }
    return new TidingsError(
      'refused',
      text(why),
      facts(REFUSALS.get(cause.code) ?? { code: 'connection-not-accepted' })
    )
  }
  const diagnosis = diagnose(cause)
  return new TidingsError('connect', text(diagnosis.why), facts(diagnosis))
}

/** Failures of TLS that pass: a broker has them while it starts, and this computer has them until its clock is set. */
const PASSING_TLS = /^tls-(alert|handshake|server-name|not-yet-valid)$/

/** Whether another attempt can succeed without a change on our side. */
export function isWorthRetrying(failure: TidingsError): boolean {
  if (!mayComeBack(failure)) return false
  return PASSING_TLS.test(failure.code) || !/^(tls-|not-tls$)/.test(failure.code)
}

/**
 * The same for a broker that has accepted us with the same options before. The cause is then not on our side, and may go away: a
 * certificate that is not trusted may be that of a hotel's network.
 */
export function mayComeBack(failure: TidingsError): boolean {
  return failure.kind === 'connect' && failure.code !== MOVED
}
