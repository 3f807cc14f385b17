import type { ConnectionOptions, Password } from '../core/connection.js'
import type { BrokerUrl } from './broker-url.js'

/** Credentials in a URL beat those of the options, because they belong to that broker. */
export function credentialsFor(
  url: BrokerUrl,
  options: Pick<ConnectionOptions, 'username' | 'password'>
): { username?: string | undefined; password?: Password | undefined } {
  // The permissions of its folder protect the local broker. A password is meant for another broker.
  if (url.socket === 'local') return {}
  return { username: url.username ?? options.username, password: url.password ?? options.password }
}

const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|::1)$/i

/** Whether a password would be sent without TLS over a network, where others can read it. */
export function sendsPasswordInClear(
  url: BrokerUrl,
  options: Pick<ConnectionOptions, 'username' | 'password'>
): boolean {
  if (url.socket !== 'tcp' && url.socket !== 'ws') return false
  const { password = '' } = credentialsFor(url, options)
  return password !== '' && !LOOPBACK.test(url.host)
}
