import type { ConnectionOptions, Password } from '../../core/connection.js'
import { TidingsError } from '../../core/errors.js'
import { type BrokerUrl, formatBrokerUrl } from '../broker-url.js'
import { credentialsFor, sendsPasswordInClear } from '../credentials.js'
import { SESSION_PREFIX } from './session-policy.js'

const LONGEST_KEEPALIVE = 65_535
/** In bytes. */
const LONGEST_TEXT = 65_535

/** Half of a surrogate pair, which UTF-8 cannot encode. MQTT 5 and 3.1.1 forbid it [MQTT-1.5.3-1]. */
const LONE_SURROGATE = /\p{Surrogate}/u

/** Throws a usage error for options that are not valid. Gives a notice for options that are not safe. */
export function checkOptions(brokers: readonly BrokerUrl[], options: ConnectionOptions): void {
  const { keepalive, clientId, mqtt } = options
  if (!Number.isInteger(keepalive) || keepalive < 0 || keepalive > LONGEST_KEEPALIVE) {
    throw new TidingsError(
      'usage',
      `cannot keep alive every "${keepalive}" seconds: MQTT allows 0 to 65535`,
      {
        code: 'bad-keepalive'
      }
    )
  }
  const texts = {
    'client id': clientId,
    session: options.session,
    'user name': options.username,
    password: options.password
  }
  for (const [name, text] of Object.entries(texts)) checkText(name, text)
  warnOfSession(options)
  for (const broker of brokers) {
    checkText('user name', broker.username)
    checkText('password', broker.password)
    const { username, password } = credentialsFor(broker, options)
    // MQTT 3.1.1 cannot carry a password without a user name [MQTT-3.1.2-22].
    if (password !== undefined && username === undefined && mqtt?.version !== '5') {
      throw new TidingsError('usage', 'cannot use the password: the user name is missing', {
        code: 'username-missing',
        suggestion: 'name it: --username NAME; a password alone needs --protocol 5'
      })
    }
    warnOfPlainCredentials(broker, options)
  }
}

/**
 * A broker knows a session by its client identifier alone. One that is given by itself comes before the name of the session, as in
 * version 0.1, whose sessions go on.
 */
function warnOfSession({ clientId, session, onNotice }: ConnectionOptions): void {
  if (clientId === undefined) return
  const warn = (text: string) => onNotice({ kind: 'warning', text })
  if (session !== undefined) {
    if (clientId !== `${SESSION_PREFIX}${session}`)
      warn(`the session is that of the client id "${clientId}": without it, "${session}" is another session`)
  } else if (clientId.startsWith(SESSION_PREFIX)) {
    const name = clientId.slice(SESSION_PREFIX.length)
    warn(
      `the broker forgets the session "${name}" if it has one: "${clientId}" is its client id; to go on with it: --session ${name}`
    )
  }
}

/**
 * Checks a string of CONNECT [MQTT-1.5.3-1, MQTT-1.5.3-2]. A password may be any bytes. A client id must not be empty. The error never
 * quotes the text.
 */
function checkText(name: string, text: Password | undefined): void {
  if (text === undefined || (typeof text !== 'string' && text.length <= LONGEST_TEXT)) return
  const isEmptyId = (name === 'client id' || name === 'session') && text === ''
  if (!isEmptyId && typeof text === 'string' && isText(text)) return
  throw new TidingsError(
    'usage',
    `cannot use the ${name}: it is ${isEmptyId ? 'empty' : 'not a valid text of at most 65535 bytes'}`,
    {
      code: 'bad-connect-text'
    }
  )
}

function isText(text: string): boolean {
  return !LONE_SURROGATE.test(text) && !text.includes('\0') && Buffer.byteLength(text) <= LONGEST_TEXT
}

/** Warns of a password that is sent without encryption: anyone on the way can read it. */
function warnOfPlainCredentials(broker: BrokerUrl, options: ConnectionOptions): void {
  if (!sendsPasswordInClear(broker, options)) return
  const text = `the password goes to "${formatBrokerUrl(broker)}" unencrypted; mqtts:// or wss:// would protect it`
  options.onNotice({ kind: 'warning', text })
}
