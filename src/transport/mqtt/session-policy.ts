import type { ConnectionOptions } from '../../core/connection.js'
import { hasGuarantee, type MessageBatch } from '../../core/message-batch.js'
import type { BrokerUrl } from '../broker-url.js'
import { credentialsFor } from '../credentials.js'
import type { MqttBrokerTraits } from './broker-traits.js'
import type { ConnectRequest, MqttVersion } from './connect-packet.js'
import type { ConnectRequestFor, MqttRotation } from './mqtt-rotation.js'
import type { ExchangeLink } from './network-connection.js'

/** How long a broker keeps a durable session while its owner is away, in seconds: a week, so that a long weekend loses nothing. */
const DURABLE_EXPIRY = 7 * 24 * 3600

/** What the client identifier of a session begins with; its name follows. */
export const SESSION_PREFIX = 'tidings-'

/** How long a broker keeps any other session after a cut, in seconds. `close` ends such a session at once. */
const CUT_EXPIRY = 300

/**
 * What the broker is to keep for this connection, and so what CONNECT says.
 *
 * In MQTT 5 a session can outlive a cut and end with the connection. In MQTT 3.1.1 a session that outlives a cut is kept for ever if this
 * process is killed, with a queue that grows. So tidings asks for such a session only where exactly-once (QoS 2) needs it, and removes it
 * afterwards (`forgetSession`).
 */
export class SessionPolicy {
  /** The user chose the name, so another program may be using it, too. */
  readonly hasNamedClient: boolean
  /** The session is kept for the next connection of this name. */
  readonly outlivesConnection: boolean
  readonly #options: ConnectionOptions
  readonly #clientId: string
  #hasConnected = false
  #keepsOldSession = false

  constructor(options: ConnectionOptions) {
    this.#options = options
    const { clientId, session } = options
    this.hasNamedClient = clientId !== undefined || session !== undefined
    this.outlivesConnection = session !== undefined
    // At most 23 letters and digits is what every broker must accept [MQTT-3.1.3-5]; an empty one breaks mosquitto 2.1.2 over WebSocket.
    this.#clientId = clientId ?? `${SESSION_PREFIX}${session ?? randomName()}`
  }

  /** CONNECT for one attempt. */
  readonly request: ConnectRequestFor = (url: BrokerUrl, protocol: MqttVersion): ConnectRequest => ({
    protocol,
    clientId: this.#clientId,
    ...credentialsFor(url, this.#options),
    keepalive: this.#options.keepalive,
    clean: !this.outlivesConnection && (protocol === '5' ? !this.#hasConnected : !this.#keepsOldSession),
    sessionExpiry: this.outlivesConnection ? DURABLE_EXPIRY : CUT_EXPIRY,
    will: this.#options.mqtt?.will
  })

  /** CONNECT that resumes a session, if there is one, and leaves nothing of it behind (MQTT 5). */
  readonly lookingRequest: ConnectRequestFor = (url, protocol) => ({
    ...this.request(url, protocol),
    clean: false,
    sessionExpiry: 0,
    will: undefined
  })

  /** CONNECT that makes the broker forget the session. */
  readonly forgettingRequest: ConnectRequestFor = (url, protocol) => ({
    ...this.request(url, protocol),
    clean: true,
    sessionExpiry: 0,
    will: undefined
  })

  noteConnected(): void {
    this.#hasConnected = true
  }

  /** Whether these messages need a session that the present connection does not have. */
  mustKeepSessionFor(batch: MessageBatch, protocol: MqttVersion): boolean {
    if (protocol === '5' || this.outlivesConnection || this.#keepsOldSession) return false
    return hasGuarantee(batch, 2)
  }

  /** From the next attempt on, MQTT 3.1.1 asks for a session that outlives a cut. */
  keepSession(): void {
    this.#keepsOldSession = true
  }

  /** Whether the broker keeps a session to which no connection will come back. */
  get leavesSession(): boolean {
    return this.#keepsOldSession
  }
}

/** 60 random bits, to differ from the names of other programs. The name is no secret, and `node:crypto` takes 6 ms to load. */
function randomName(): string {
  const digits = () =>
    Math.floor(Math.random() * 36 ** 6)
      .toString(36)
      .padStart(6, '0')
  return `${digits()}${digits()}`
}

const FORGET_TIME = 2000

/** Removes the MQTT 3.1.1 session that QoS 2 needed: only connecting once more, clean, does that [MQTT-3.1.2-6]. */
export async function forgetSession(
  parts: { rotation: MqttRotation; policy: SessionPolicy; link: ExchangeLink },
  traits: MqttBrokerTraits
): Promise<void> {
  if (!parts.policy.leavesSession || traits.mqtt.version !== '3.1.1') return
  try {
    const session = await parts.rotation.connect(
      parts.policy.forgettingRequest,
      parts.link,
      AbortSignal.timeout(FORGET_TIME)
    )
    await session.disconnect(false)
  } catch {
    // The broker is gone. The user loses nothing, so nothing is reported.
  }
}
