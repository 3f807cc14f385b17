import { TidingsError } from '../../core/errors.js'
import { type BrokerUrl, formatBrokerUrl } from '../broker-url.js'
import { type ConnectAdvice, failedToConnect, nameFailedAttempt } from '../connecting/connect-failure.js'
import { LoginError } from './login.js'
import { LostNodeError, MissingApiError } from './node-connection.js'
import { ScramError } from './scram.js'

const PORTS = 'Kafka has 9092 for kafka://, and often 9093 with TLS (kafkas://)'

const ADVICE: ConnectAdvice = {
  wrongProtocol: 'not-kafka',
  notListening: `check host and port; ${PORTS}`,
  httpServer: `check the port; ${PORTS}`,
  wrongPort: `check the port: ${PORTS}; a broker that wants TLS or credentials closes without a word, too`,
  sockets: new Map([['not-tls', 'check the port; without TLS it is kafka://']])
}

const LOGIN_ADVICE = {
  mechanism: 'name it: ?sasl=plain, scram-sha-256, scram-sha-512 or oauthbearer at the end of the URL',
  'no-login': 'leave out user name and password, or name the port where brokers let users log in',
  credentials: 'check user name and password, and the way of logging in: ?sasl=scram-sha-512',
  token: 'get a new token, and give it: --password-file FILE'
} as const

const diagnoseLogin = ({ code, message }: LoginError) => ({
  code: code === 'credentials' || code === 'token' ? 'bad-credentials' : 'not-authorized',
  why:
    code === 'credentials' || code === 'token'
      ? `the broker refused: ${message}`
      : `cannot log in: ${message}`,
  suggestion: LOGIN_ADVICE[code]
})

/** The brokers say what they speak, and close each connection at the first question: as Kafka does where nobody has logged in. */
export const turnedAway = (url: BrokerUrl): TidingsError =>
  new TidingsError(
    'refused',
    `cannot use "${formatBrokerUrl(url)}": the broker closes each connection at the first question`,
    {
      code: 'not-authorized',
      suggestion:
        'a broker that wants a login does so: --username NAME --password-file FILE, and ?sasl=scram-sha-512 in the URL if it is not PLAIN'
    }
  )

/** Gives a failed attempt its name, its reason and a next step. Never quotes credentials. */
export function connectFailure(url: BrokerUrl, error: unknown): TidingsError {
  if (error instanceof LoginError) return failedToConnect('refused', url, diagnoseLogin(error), error)
  if (error instanceof ScramError)
    return failedToConnect('refused', url, { code: 'bad-credentials', why: error.message }, error)
  if (error instanceof MissingApiError)
    return failedToConnect(
      'refused',
      url,
      { code: 'not-supported', why: error.message, suggestion: 'tidings speaks to Kafka 2.1 and later' },
      error
    )
  if (error instanceof LostNodeError)
    return failedToConnect(
      'connect',
      url,
      { code: 'connection-closed', why: error.message, suggestion: ADVICE.wrongPort },
      error
    )
  return nameFailedAttempt(url, error, ADVICE)
}
