import type { ConnectionOptions, Password } from '../core/connection.js'
import type { BrokerUrl } from './broker-url.js'

/** Credentials in a URL go before those of the options: they belong to that broker. */
export function credentialsFor(
  url: BrokerUrl,
  options: Pick<ConnectionOptions, 'username' | 'password'>
): { username?: string | undefined; password?: Password | undefined } {
  // The local broker is reached by who may enter its directory; a password for another broker is not for it.
  if (url.socket === 'local') return {}
  return { username: url.username ?? options.username, password: url.password ?? options.password }
}

const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|::1)$/i

/** Whether a password would go over a network that others can read along: neither TLS nor this machine alone. */
export function sendsPasswordInClear(
  url: BrokerUrl,
  options: Pick<ConnectionOptions, 'username' | 'password'>
): boolean {
  if (url.socket !== 'tcp' && url.socket !== 'ws') return false
  const { password = '' } = credentialsFor(url, options)
  return password !== '' && !LOOPBACK.test(url.host)
}
