import type { ConnectionOptions } from '../../core/connection.js'
import type { Message } from '../../core/message.js'
import type { BrokerUrl } from '../broker-url.js'
import { credentialsFor } from '../credentials.js'
import type { BrokerRotation, ConnectRequestFor } from './broker-rotation.js'
import type { MqttBrokerTraits } from './broker-traits.js'
import type { ConnectRequest, MqttVersion } from './connect-packet.js'
import type { ExchangeLink } from './network-connection.js'

/** How long a broker keeps a durable session without its owner, in seconds: a week, so that a long weekend loses nothing. */
const DURABLE_EXPIRY = 7 * 24 * 3600

/** How long it keeps what is in flight over a cut of any other connection, in seconds; `close` ends it at once. */
const CUT_EXPIRY = 300

/**
 * What the broker is to keep for this connection, and so what CONNECT says.
 *
 * MQTT 5 lets a session outlive a cut and end with the connection. In MQTT 3.1.1 a session that outlives a cut is kept for ever
 * if this process is killed, with a queue that grows; so that is asked for only where exactly-once (QoS 2) needs it, and
 * removed afterwards (`forgetSession`).
 */
export class SessionPolicy {
  /** A name that another program may be using too. */
  readonly hasNamedClient: boolean
  /** The session is to be there for the next connection of this name. */
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
    this.#clientId = clientId ?? `tidings-${session ?? randomName()}`
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
  mustKeepSessionFor(batch: readonly Message[], protocol: MqttVersion): boolean {
    if (protocol === '5' || this.outlivesConnection || this.#keepsOldSession) return false
    return batch.some(({ guarantee }) => guarantee === 2)
  }

  /** From the next attempt on, MQTT 3.1.1 asks for a session that outlives a cut. */
  keepSession(): void {
    this.#keepsOldSession = true
  }

  /** Whether a session is left behind at the broker that nobody will come back to. */
  get leavesSession(): boolean {
    return this.#keepsOldSession
  }
}

/** 60 random bits, to differ from other programs' names; it guards nothing, and `node:crypto` takes 6 ms to load. */
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
  parts: { rotation: BrokerRotation; policy: SessionPolicy; link: ExchangeLink },
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
    // The broker is gone; there is nobody to tell, and nothing of the user's is lost.
  }
}
