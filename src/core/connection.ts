import type { TidingsError } from './errors.js'
import type { Message, Qos } from './message.js'

/** A wish to be sent what is published on the channels that a pattern matches. */
export interface Subscription {
  /** An MQTT topic filter, possibly `$share/GROUP/FILTER`. */
  readonly pattern: string
  /** The highest QoS wanted. */
  readonly qos: Qos
  /** Do not send back what this connection published (MQTT 5). */
  readonly noLocal?: boolean
  /** Keep the retain flag as published (MQTT 5). */
  readonly retainAsPublished?: boolean
  /** 0: send retained messages; 1: only for a new subscription; 2: never (MQTT 5). */
  readonly retainHandling?: 0 | 1 | 2
}

/** The broker's answer to one subscription, in the order asked. */
export interface Grant {
  readonly pattern: string
  /** What the broker granted, or `undefined` if it refused. */
  readonly qos: Qos | undefined
  /** Why it refused, in words. */
  readonly reason?: string
}

/** A message that the broker refused, or that is beyond a limit it has named and so was not sent. */
export interface Refusal {
  /** Position in the batch that was handed to `publish`. */
  readonly index: number
  /** Why, in words: "not authorized", "1200 bytes are more than the broker's maximum of 256". */
  readonly reason: string
  /** A stable name: `publish-refused`, `over-broker-limit`, `payload-too-large`. */
  readonly code: string
}

/** What became of a batch. The three counts add up to its length. */
export interface PublishReport {
  /** Acknowledged by the broker (QoS 1, 2) or flushed to the socket (QoS 0). */
  readonly acknowledged: number
  readonly refused: readonly Refusal[]
  /** Given up: the connection ended for good, or was closed, before an acknowledgement came. */
  readonly unacknowledged: number
}

/**
 * Takes received messages. The transport reads no further and acknowledges nothing of a batch until what this returns has
 * settled; payloads are views into the network buffer and are only valid until then. A number says how many messages,
 * from the front of the batch, were taken: if that is fewer than all, only those are acknowledged and nothing more is
 * received or acknowledged on this connection; the receiver is about to close it. A rejection closes the connection with
 * that error, nothing acknowledged.
 */
export type Receiver = (batch: readonly Message[]) => void | number | Promise<void | number>

/** What the broker said of itself, once connected; limits that it did not name are absent. */
export interface BrokerTraits {
  /** The URL that is connected to, without credentials. */
  readonly url: string
  readonly protocol: '5' | '3.1.1'
  readonly clientId: string
  readonly sessionPresent: boolean
  readonly maximumQos: Qos
  readonly retainAvailable: boolean
  /** How many unacknowledged QoS 1 and 2 messages the broker takes at once. */
  readonly receiveMaximum?: number
  /** The largest packet it takes, in bytes. */
  readonly maximumPacketSize?: number
  readonly topicAliasMaximum: number
  readonly wildcardsAvailable: boolean
  /** `undefined`: the protocol (3.1.1) does not let the broker say. */
  readonly sharedAvailable: boolean | undefined
  readonly serverKeepalive?: number
}

/** Something worth telling a person while the connection goes on; never an end. */
export interface ConnectionNotice {
  readonly kind:
    | 'reconnecting'
    | 'reconnected'
    | 'fallback'
    | 'failover'
    | 'waiting'
    | 'warning'
    | 'local-broker'
  /** One line, for stderr. */
  readonly text: string
  /** It is so at every connection: worth telling a person at a terminal, and not a log. */
  readonly isRoutine?: boolean
  /** Why the connection was lost, alone; with `reconnecting`. */
  readonly reason?: string
}

/** A connection to a broker, whatever the protocol. It renews itself after losses until `close` or a final end. */
export interface BrokerConnection {
  /** What is known of the broker; replaced after a reconnect. */
  readonly broker: BrokerTraits

  /**
   * Sends messages in order. Never rejects for what the broker or network does: the report tells it. Batches may overlap;
   * callers bound memory by the number of batches that they leave open. Payloads must stay untouched until it resolves.
   */
  publish(batch: readonly Message[]): Promise<PublishReport>

  /** Subscribes and hands messages to `receive` from then on (also those a durable session had queued). One receiver per connection. */
  subscribe(subscriptions: readonly Subscription[], receive: Receiver): Promise<readonly Grant[]>

  /** Resolves once the connection has ended for good: with nothing after `close`, otherwise with why. */
  readonly closed: Promise<TidingsError | undefined>

  /** Waits up to `drain` milliseconds for what is unacknowledged, then disconnects. Resolves when the socket is gone; never rejects. */
  close(drain?: number): Promise<void>
}

/** TLS, as PEM texts; reading files is the caller's work. */
export interface TlsOptions {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  readonly keyPassword?: string
  /** Do not verify the broker's certificate. */
  readonly insecure?: boolean
  readonly servername?: string
  readonly alpn?: readonly string[]
}

export interface ConnectionOptions {
  /** URLs as the user wrote them, in the order to try them; bad ones are a usage error before any socket opens. */
  readonly brokers: readonly string[]
  readonly username?: string
  readonly password?: string
  /** Generated when absent. */
  readonly clientId?: string
  /** Seconds; 0 turns it off. */
  readonly keepalive: number
  /** Milliseconds for one attempt, from the first packet to the broker's answer. */
  readonly connectTimeout: number
  readonly protocol: 'auto' | '5' | '3.1.1'
  readonly tls: TlsOptions
  /** A `socks5://` (or socks4, socks5h) URL. */
  readonly proxy?: string
  readonly wsHeaders?: Readonly<Record<string, string>>
  readonly will?: Message
  /** Ask the broker to keep the session (subscriptions and queued messages) when this connection ends; needs `clientId`. */
  readonly durable?: boolean
  /** Keep trying to make the first connection for this long, in milliseconds; 0 fails at once. */
  readonly wait: number
  /** Aborts a connection that is being made. */
  readonly signal?: AbortSignal
  readonly onNotice: (notice: ConnectionNotice) => void
}

/** Connects, or rejects with a `TidingsError` of kind usage, connect or refused. `transport/open-connection.ts` is the real one. */
export type OpenConnection = (options: ConnectionOptions) => Promise<BrokerConnection>
