import type { ConnectionOptions } from '../../core/connection.js'
import { orAborted, runAttempt } from '../connecting/attempt.js'
import { credentialsFor } from '../credentials.js'
import { openSocket, type SocketOptions } from '../sockets/open-socket.js'
import { metadata } from './api/metadata.js'
import type { KafkaUrl } from './kafka-url.js'
import { type Login, logIn } from './login.js'
import { MissingApiError, NodeConnection } from './node-connection.js'
import { ResponseFrames } from './response-frames.js'

/** What brokers call those who neither log in nor have a certificate. */
const ANONYMOUS = 'ANONYMOUS'

/** Opens network connections to brokers of a cluster, and logs in. */
export class NodeOpener {
  readonly #sockets: SocketOptions
  readonly #options: ConnectionOptions
  readonly clientId: string

  constructor(sockets: SocketOptions, options: ConnectionOptions) {
    this.#sockets = sockets
    this.#options = options
    this.clientId =
      options.clientId ?? (options.session === undefined ? 'tidings' : `tidings-${options.session}`)
  }

  /** Whether somebody logs in at this broker. */
  logsInAt(url: KafkaUrl): boolean {
    return loginFor(url, this.#options) !== undefined
  }

  /** The name that this broker knows the user by; undefined where only the broker knows it. */
  userAt(url: KafkaUrl): string | undefined {
    const { username } = credentialsFor(url, this.#options)
    if (this.logsInAt(url)) return url.sasl === 'oauthbearer' ? undefined : username
    return this.#options.tls.cert === undefined ? ANONYMOUS : undefined
  }

  /** Rejects with what `connectFailure` can name, or with the signal's reason. */
  open(url: KafkaUrl, signal: AbortSignal): Promise<NodeConnection> {
    const { connectTimeout } = this.#options
    return runAttempt({ timeout: connectTimeout, signal }, async (attempt) => {
      const frames = new ResponseFrames()
      const sockets = { ...this.#sockets, into: frames }
      const socket = await orAborted(openSocket(url, sockets, attempt), attempt)
      const node = new NodeConnection(socket, frames, url, this.clientId)
      try {
        await node.begin(attempt)
        // The oldest request of all: a broker that is too old for it is too old for everything.
        if (!node.has(metadata)) throw new MissingApiError(metadata.name)
        const logInNow = async () => {
          const login = loginFor(url, this.#options)
          return login === undefined ? 0 : logIn(node, login)
        }
        node.keepLoggedIn(await orAborted(logInNow(), attempt), logInNow)
        return node
      } catch (error) {
        await node.close()
        throw error
      }
    })
  }
}

/** Who logs in at this broker, with the password or token as it is now; undefined where nobody does. */
function loginFor(url: KafkaUrl, options: ConnectionOptions): Login | undefined {
  const now = options.passwordNow?.()
  const { username, password } = credentialsFor(
    url,
    now === undefined ? options : { ...options, password: now }
  )
  if (username === undefined && password === undefined) return undefined
  return { sasl: url.sasl ?? 'plain', username: username ?? '', password: password ?? '' }
}
