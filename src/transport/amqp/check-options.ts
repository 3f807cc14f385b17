import type { ConnectionOptions } from '../../core/connection.js'
import { TidingsError } from '../../core/errors.js'
import { badBrokerUrl, formatBrokerUrl } from '../broker-url.js'
import { credentialsFor, sendsPasswordInClear } from '../credentials.js'
import type { AmqpUrl } from './amqp-url.js'

/** The interval of heartbeats takes two bytes. */
const LONGEST_KEEPALIVE = 65_535

/** Throws a usage error for options that are not valid. Gives a notice for options that are not safe. */
export function checkOptions(brokers: readonly AmqpUrl[], options: ConnectionOptions): void {
  const { keepalive } = options
  if (!Number.isInteger(keepalive) || keepalive < 0 || keepalive > LONGEST_KEEPALIVE) {
    const text = `cannot keep alive every "${keepalive}" seconds: AMQP allows 0 to ${LONGEST_KEEPALIVE}`
    throw new TidingsError('usage', text, { code: 'bad-keepalive' })
  }
  const [first] = brokers
  for (const broker of brokers) {
    checkCredentials(broker, options)
    if (broker.exchange !== first?.exchange)
      throw badBrokerUrl(
        formatBrokerUrl(broker),
        'its exchange differs from that of the first broker',
        'name the same exchange in each URL: ?exchange=NAME'
      )
    if (sendsPasswordInClear(broker, options)) {
      const text = `the password goes to "${formatBrokerUrl(broker)}" unencrypted; amqps:// would protect it`
      options.onNotice({ kind: 'warning', text })
    }
  }
}

/** In PLAIN, a NUL divides the user name from the password (RFC 4616). */
function checkCredentials(broker: AmqpUrl, options: ConnectionOptions): void {
  const { username, password } = credentialsFor(broker, options)
  if (password !== undefined && username === undefined) {
    throw new TidingsError('usage', 'cannot use the password: the user name is missing', {
      code: 'username-missing',
      suggestion: 'name it: --username NAME, or amqp://NAME:PASSWORD@HOST'
    })
  }
  const holdsNul = typeof password === 'string' ? password.includes('\0') : password?.includes(0) === true
  if (username?.includes('\0') !== true && !holdsNul) return
  throw new TidingsError('usage', 'cannot use the credentials: they hold a NUL character', {
    code: 'bad-connect-text'
  })
}
