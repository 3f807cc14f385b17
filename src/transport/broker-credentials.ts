import type { ConnectionOptions } from '../core/connection.js'
import type { BrokerUrl } from './broker-url.js'

/** Credentials in a URL go before those of the options: they belong to that broker. */
export function credentialsFor(
  url: BrokerUrl,
  options: Pick<ConnectionOptions, 'username' | 'password'>
): { username?: string | undefined; password?: string | undefined } {
  // The local broker is reached by who may enter its directory; a password for another broker is not for it.
  if (url.scheme === 'local') return {}
  return { username: url.username ?? options.username, password: url.password ?? options.password }
}
