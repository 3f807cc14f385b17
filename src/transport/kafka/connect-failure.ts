import { TidingsError } from '../../core/errors.js'
import { type BrokerUrl, formatBrokerUrl } from '../broker-url.js'
import { type ConnectAdvice, failedToConnect, nameFailedAttempt } from '../connecting/connect-failure.js'
import { SASL_MECHANISMS } from './kafka-url.js'
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

const KNOWN_MECHANISMS = Object.keys(SASL_MECHANISMS).map((name) => `?sasl=${name}`)

/** What to do about a login that failed. Only ways of logging in that the broker has are named. */
function loginAdvice({ code, others }: LoginError): string {
  const ways = others.map((name) => `?sasl=${name}`).join(' or ')
  if (code === 'no-login')
    return 'leave out user name and password, or name the port where brokers let users log in'
  if (code === 'token') return 'get a new token, and give it: --password-file FILE'
  if (code === 'mechanism')
    return ways === ''
      ? `tidings has ${KNOWN_MECHANISMS.join(', ')}: name a port of the broker with one of them`
      : `name one that it has, at the end of the URL: ${ways}`
  const check = 'check user name and password'
  return ways === '' ? check : `${check}; users of the broker may log in in another way, too: ${ways}`
}

function diagnoseLogin(error: LoginError) {
  const { code, message } = error
  const isRefused = code === 'credentials' || code === 'token'
  return {
    code: isRefused ? 'bad-credentials' : 'not-authorized',
    why: isRefused ? `the broker refused: ${message}` : `cannot log in: ${message}`,
    suggestion: loginAdvice(error)
  }
}

/** The brokers say what they speak, and close each connection at the first question: as Kafka does where nobody has logged in. */
export const turnedAway = (url: BrokerUrl): TidingsError =>
  new TidingsError(
    'refused',
    `cannot use "${formatBrokerUrl(url)}": the broker closes each connection at the first question`,
    {
      code: 'not-authorized',
      suggestion:
        'a broker that wants a login does so: --username NAME --password-file FILE, and ?sasl=MECHANISM in the URL if it is not PLAIN'
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
