import { TidingsError } from '../../core/errors.js'
import { type BrokerUrl, formatBrokerUrl } from '../broker-url.js'
import type { Diagnosis } from '../sockets/diagnosis.js'
import { ProxyError } from '../sockets/proxy-error.js'
import { diagnoseTls } from '../sockets/tls-trouble.js'
import { diagnoseWebSocket } from '../sockets/web-socket-trouble.js'

/** Why an attempt to connect failed, in our own words. */
export class AttemptError extends Error {
  /**
   * @param code `closed`: the broker closed the connection. `timeout`: no answer in time. `http-server`: an HTTP server answered.
   *   `wrong-protocol`: something else that is no broker of this protocol.
   * @param suggestion what to do, if more is known than the code says
   */
  constructor(
    readonly code: 'closed' | 'timeout' | 'http-server' | 'wrong-protocol',
    message: string,
    readonly suggestion?: string
  ) {
    super(message)
  }
}

/** What a protocol says of failures that all protocols have. */
export interface ConnectAdvice {
  /** The code of the failure where something else than a broker of this protocol answers. */
  readonly wrongProtocol: string
  /** What to do where nothing listens. */
  readonly notListening: string
  /** What to do where an HTTP server answers. */
  readonly httpServer: string
  /** What to do where the connection was closed, or what answers is no such broker. */
  readonly wrongPort: string
  /** What else to think of where nothing comes, as a part of a sentence. */
  readonly silence?: string
  /** What to do, by code, for failures of sockets that have no suggestion of their own: `not-tls`, `websocket-refused`, ... */
  readonly sockets: ReadonlyMap<string, string>
}

function systemFailures({
  notListening,
  wrongPort
}: ConnectAdvice): Readonly<Record<string, Diagnosis | undefined>> {
  return {
    ECONNREFUSED: { code: 'connection-refused', why: 'connection refused', suggestion: notListening },
    ENOTFOUND: { code: 'unknown-host', why: 'unknown host', suggestion: 'check the name of the host' },
    EAI_AGAIN: {
      code: 'unknown-host',
      why: 'the name of the host could not be looked up',
      suggestion: 'check the name of the host, and the network'
    },
    ETIMEDOUT: { code: 'connect-timeout', why: 'no answer', suggestion: 'check host, port and firewall' },
    EHOSTUNREACH: { code: 'unreachable', why: 'host unreachable', suggestion: 'check the network' },
    ENETUNREACH: { code: 'unreachable', why: 'network unreachable', suggestion: 'check the network' },
    ECONNRESET: { code: 'connection-closed', why: 'the connection was reset', suggestion: wrongPort },
    EPIPE: { code: 'connection-closed', why: 'the connection was closed', suggestion: wrongPort },
    ENOENT: { code: 'no-such-socket', why: 'there is no such socket', suggestion: notListening },
    EACCES: {
      code: 'socket-not-permitted',
      why: 'permission denied',
      suggestion: 'check who may use the socket: ls -l'
    },
    ENOTSOCK: { code: 'no-such-socket', why: 'it is not a socket', suggestion: 'check the path' }
  }
}

function diagnose(error: Error, advice: ConnectAdvice): Diagnosis {
  if (error instanceof AttemptError) return diagnoseAttempt(error, advice)
  if (error instanceof ProxyError) {
    return { code: 'proxy-failed', why: `the proxy failed: ${error.message}`, suggestion: 'check --proxy' }
  }
  const diagnosis = diagnoseWebSocket(error) ?? diagnoseSystem(error, advice)
  if (diagnosis === undefined) {
    const why = error.message.replace(/\s+/g, ' ')
    return { code: 'connect-failed', why, suggestion: advice.wrongPort }
  }
  const suggestion = diagnosis.suggestion ?? advice.sockets.get(diagnosis.code)
  return { ...diagnosis, suggestion }
}

function diagnoseAttempt({ code, message: why, suggestion }: AttemptError, advice: ConnectAdvice): Diagnosis {
  if (code === 'timeout') {
    return {
      code: 'connect-timeout',
      why,
      suggestion: `check host, port and firewall${advice.silence ?? ''}, or give it longer: --connect-timeout 30s`
    }
  }
  if (code === 'http-server') return { code, why, suggestion: advice.httpServer }
  return {
    code: code === 'closed' ? 'connection-closed' : advice.wrongProtocol,
    why,
    suggestion: suggestion ?? advice.wrongPort
  }
}

function diagnoseSystem(error: Error, advice: ConnectAdvice): Diagnosis | undefined {
  const { code } = error as NodeJS.ErrnoException
  return typeof code === 'string' ? (systemFailures(advice)[code] ?? diagnoseTls(error)) : undefined
}

const beginning = (broker: string) => `cannot connect to "${broker}": `

/** Why a broker could not be connected to, without its name, which whoever reads it knows. */
export function reasonAlone({ message, details: { broker } }: TidingsError): string {
  const start = beginning(String(broker))
  return message.startsWith(start) ? message.slice(start.length) : message
}

/** The failure to connect to this broker for a reason that is known: nobody answered, or it refused. */
export function failedToConnect(
  kind: 'connect' | 'refused',
  url: BrokerUrl,
  { why, code, suggestion }: Diagnosis,
  cause: Error
): TidingsError {
  const broker = formatBrokerUrl(url)
  return new TidingsError(kind, `${beginning(broker)}${why}`, {
    code,
    cause,
    details: { broker },
    ...(suggestion !== undefined && { suggestion })
  })
}

/**
 * Gives a failed attempt its name, its reason and a next step. Never quotes credentials. A protocol names the refusals of its brokers
 * itself, before it asks for this.
 */
export function nameFailedAttempt(url: BrokerUrl, error: unknown, advice: ConnectAdvice): TidingsError {
  if (error instanceof TidingsError) return error
  // A bug of ours must not look like a failure of the network.
  if (error instanceof TypeError && !('code' in error)) throw error
  const cause = error instanceof Error ? error : new Error(String(error))
  return failedToConnect('connect', url, diagnose(cause, advice), cause)
}

/** The code of the failure to connect to a broker that has moved for good. */
export const MOVED = 'server-moved'

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
