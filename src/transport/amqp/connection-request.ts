import { tableOf } from '../../core/amqp/field-table.js'
import type { ConnectionOptions, Password } from '../../core/connection.js'
import { VERSION } from '../../core/version.js'
import { credentialsFor } from '../credentials.js'
import type { AmqpUrl } from './amqp-url.js'

/** What is said while a connection is made. */
export interface ConnectionRequest {
  readonly vhost: string
  readonly username: string
  readonly password: Password
  /** A certificate of the client was given, which may say who it is (EXTERNAL). */
  readonly hasCertificate: boolean
  /** A password was given, and is not the one of guest that is used where nothing is given. */
  readonly hasPassword: boolean
  /** The interval of heartbeats that is asked for, in seconds; 0 turns them off. */
  readonly keepalive: number
  /** The name of the connection, which RabbitMQ shows in its lists. */
  readonly name: string
}

/** The user that a new RabbitMQ has. It may connect only from the broker's own computer. */
export const GUEST = 'guest'

export function requestFor(url: AmqpUrl, options: ConnectionOptions, name: string): ConnectionRequest {
  const { username, password } = credentialsFor(url, options)
  const isAnonymous = username === undefined && password === undefined
  return {
    vhost: url.vhost,
    username: username ?? GUEST,
    password: password ?? (isAnonymous ? GUEST : ''),
    hasCertificate: url.socket === 'tls' && options.tls.cert !== undefined,
    hasPassword: password !== undefined,
    keepalive: options.keepalive,
    name
  }
}

/** What a broker then does for a client that others cannot be sure of. */
const CAPABILITIES = [
  'authentication_failure_close',
  'basic.nack',
  'connection.blocked',
  'consumer_cancel_notify',
  'exchange_exchange_bindings',
  'publisher_confirms'
]

/** The table that tells the broker who connects, without its length. */
export function clientProperties(name: string): Buffer {
  const texts = tableOf([
    ['product', 'tidings'],
    ['version', VERSION],
    ['platform', `Node.js ${process.versions.node}`],
    ['connection_name', name]
  ])
  const flags = Buffer.concat(
    CAPABILITIES.map((flag) => Buffer.concat([Buffer.of(flag.length), Buffer.from(`${flag}t\x01`)]))
  )
  const length = Buffer.alloc(4)
  length.writeUInt32BE(flags.length)
  return Buffer.concat([texts, Buffer.of('capabilities'.length), Buffer.from('capabilitiesF'), length, flags])
}
