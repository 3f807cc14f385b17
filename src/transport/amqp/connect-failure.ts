import type { TidingsError } from '../../core/errors.js'
import { visibleText } from '../../core/visible-text.js'
import type { BrokerUrl } from '../broker-url.js'
import { type ConnectAdvice, failedToConnect, nameFailedAttempt } from '../connecting/connect-failure.js'
import type { Diagnosis } from '../sockets/diagnosis.js'
import { RefusalError } from './handshake.js'
import { MechanismError } from './mechanism.js'
import { OtherProtocolError } from './other-protocol.js'
import { REPLY, replyWords } from './reply-words.js'

const ADVICE: ConnectAdvice = {
  wrongProtocol: 'not-amqp',
  notListening: 'check host and port; RabbitMQ has 5672 for AMQP, and 5671 with TLS',
  httpServer: 'check the port: RabbitMQ has 5672 for AMQP, and 5671 with TLS',
  wrongPort:
    'check the port: RabbitMQ has 5672 for amqp://, and 5671 for amqps://; a broker of MQTT closes like that: mqtt://',
  silence: ' (a broker of MQTT may be silent like that: mqtt://)',
  sockets: new Map([['not-tls', 'check the port; without TLS it is amqp://']])
}

/** Gives a failed attempt its name, its reason and a next step. Never quotes credentials. */
export function connectFailure(url: BrokerUrl, error: unknown): TidingsError {
  if (error instanceof OtherProtocolError) return failedToConnect('connect', url, error.diagnosis, error)
  if (error instanceof MechanismError)
    return failedToConnect('refused', url, { code: 'not-authorized', ...judgeMechanisms(error) }, error)
  if (!(error instanceof RefusalError)) return nameFailedAttempt(url, error, ADVICE)
  const { kind, ...facts } = judgeRefusal(error)
  const why = `the broker refused: ${replyWords(error.code, error.text)}`
  return failedToConnect(kind, url, { ...facts, why }, error)
}

function judgeMechanisms({ offered, isForCertificate }: MechanismError): Omit<Diagnosis, 'code'> {
  const has = `it authenticates by ${visibleText(offered)} alone`
  return isForCertificate
    ? { why: `the broker does not take the certificate for a login: ${has}`, suggestion: NO_EXTERNAL }
    : { why: `the broker refused: ${has}`, suggestion: NO_MECHANISM }
}

const NO_EXTERNAL =
  'give user name and password: --username, --password-file; or enable the plug-in rabbitmq_auth_mechanism_ssl, and EXTERNAL in auth_mechanisms'
const NO_MECHANISM =
  'tidings has user names with passwords (PLAIN), and client certificates (EXTERNAL: --cert, --key)'
const NO_SUCH_USER =
  "make a user with the name in the certificate: RabbitMQ's ssl_cert_login_from says which name that is"

function judgeRefusal({ step, code, text }: RefusalError): Omit<Diagnosis, 'why'> & {
  kind: 'connect' | 'refused'
} {
  if (code === REPLY.accessRefused && step === 'start') {
    const suggestion = text.includes('mechanism EXTERNAL')
      ? NO_SUCH_USER
      : 'check user name and password; the user "guest" may connect only from the computer of the broker'
    return { kind: 'refused', code: 'bad-credentials', suggestion }
  }
  if (code === REPLY.connectionForced || /connection limit|is reached|is down/.test(text))
    return { kind: 'connect', code: 'broker-unavailable' }
  if (code === REPLY.notAllowed && /not found/.test(text))
    return {
      kind: 'refused',
      code: 'no-such-vhost',
      suggestion: 'name a virtual host that exists: amqp://HOST/VHOST'
    }
  if (code === REPLY.notAllowed || code === REPLY.accessRefused) {
    const suggestion = 'ask for the right to use the virtual host: rabbitmqctl set_permissions'
    return { kind: 'refused', code: 'not-authorized', suggestion }
  }
  return { kind: 'refused', code: 'connection-not-accepted' }
}
