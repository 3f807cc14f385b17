import type { ConnectionOptions } from '../../core/connection.js'
import { TidingsError } from '../../core/errors.js'
import { formatBrokerUrl } from '../broker-url.js'
import { credentialsFor, sendsPasswordInClear } from '../credentials.js'
import type { KafkaUrl } from './kafka-url.js'

/** Throws a usage error for options that are not valid. Gives a notice for options that are not safe. */
export function checkOptions(brokers: readonly KafkaUrl[], options: ConnectionOptions): void {
  for (const broker of brokers) {
    const { username, password } = credentialsFor(broker, options)
    const sasl = broker.sasl ?? 'plain'
    if (broker.sasl !== undefined && password === undefined)
      throw new TidingsError('usage', `cannot log in by ${sasl}: the password is missing`, {
        code: 'password-missing',
        suggestion:
          sasl === 'oauthbearer' ? 'give the token: --password-file FILE' : 'give it: --password-file FILE'
      })
    if ((username === undefined) !== (password === undefined) && sasl !== 'oauthbearer')
      throw new TidingsError(
        'usage',
        `cannot log in: the ${username === undefined ? 'user name' : 'password'} is missing`,
        {
          code: username === undefined ? 'username-missing' : 'password-missing',
          suggestion: 'name both: --username NAME --password-file FILE, or kafkas://NAME:PASSWORD@HOST'
        }
      )
    if (sasl !== 'scram-sha-256' && sasl !== 'scram-sha-512' && sendsPasswordInClear(broker, options))
      options.onNotice({
        kind: 'warning',
        text: `the password goes to "${formatBrokerUrl(broker)}" unencrypted; kafkas:// would protect it`
      })
  }
}
