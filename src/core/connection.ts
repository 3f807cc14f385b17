import type { DescribedServer } from './described-server.js'
import type { TidingsError } from './errors.js'
import type { Guarantee, Message } from './message.js'

/** Where in the history of a channel to begin; whole numbers are offsets, times microseconds since 1970-01-01 UTC. */
export type HistoryPosition =
  | 'beginning'
  | 'latest'
  | { readonly offset: number }
  | { readonly time: number }
  | { readonly last: number }

/** What MQTT alone lets a subscriber wish for. */
export interface MqttSubscription {
  /** Do not send back what this connection published (MQTT 5). */
  readonly noLocal?: boolean
  /** Keep the retain flag as published (MQTT 5). */
  readonly retainAsPublished?: boolean
  /** 0: send retained messages; 1: only for a new subscription; 2: never (MQTT 5). */
  readonly retainHandling?: 0 | 1 | 2
}

/** A wish to be sent what is published on the channels that a pattern matches. */
export interface Subscription {
  /** As the protocol's grammar returned it: `+` is one level, `#` all that follow. */
  readonly pattern: string
  /** The highest guarantee wanted. */
  readonly guarantee: Guarantee
  /** Share the messages with the other subscribers of this group. */
  readonly group?: string | undefined
  /** Where to begin, at a broker that keeps a history; with what comes from now on if absent. */
  readonly from?: HistoryPosition | undefined
  readonly mqtt?: MqttSubscription | undefined
}

/** The broker's answer to one subscription, in the order asked. */
export interface Grant {
  readonly pattern: string
  /** What the broker granted, or `undefined` if it refused. */
  readonly guarantee: Guarantee | undefined
  /** Why it refused, in words. */
  readonly reason?: string
  /** What to do about that. */
  readonly suggestion?: string
}

/** Why a message was refused. */
export interface RefusalReason {
  /** In words: "not authorized", "1200 bytes are more than the broker's maximum of 256". */
  readonly reason: string
  /** A stable name: `publish-refused`, `over-broker-limit`, `payload-too-large`. */
  readonly code: string
  /** What to do about it. */
  readonly suggestion?: string | undefined
}

/** A message that the broker refused, or that is beyond a limit it has named and so was not sent. */
export interface Refusal extends RefusalReason {
  /** Position in the batch that was handed to `publish`. */
  readonly index: number
}

/** What became of a batch. The three counts add up to its length. */
export interface PublishReport {
  /** Acknowledged by the broker (QoS 1, 2) or flushed to the socket (QoS 0). */
  readonly acknowledged: number
  /** How many of these nobody has acknowledged, since they have QoS 0; absent for none. */
  readonly unassured?: number
  /** How many of these nobody is subscribed to, where the broker says so and they are not kept; absent for none. */
  readonly unheard?: number
  readonly refused: readonly Refusal[]
  /** Given up: the connection ended for good, or was closed, before an acknowledgement came. */
  readonly unacknowledged: number
}

/** Messages that nobody acknowledges and that the broker may never have read. */
export interface Unread {
  readonly count: number
  /** Why that is not known, in words: how the connection was lost. */
  readonly reason?: string | undefined
}

/** What a receiver made of a batch that it did not take as a whole. */
export interface Verdict {
  /** How many messages, from the front of the batch, were taken: they are acknowledged. */
  readonly done: number
  /**
   * `stop`: of the rest nothing is acknowledged, and nothing more is received on this connection; the receiver is about to close it.
   * `let-go`: the message behind those that were taken is given up: dead letters get it, where the broker has such, and otherwise it
   * counts as taken. The messages behind it come again.
   */
  readonly next: 'stop' | 'let-go'
}

/** What a receiver returns: nothing once it has taken the whole batch. */
export type Receipt = void | Verdict

/**
 * Takes received messages. The transport reads no further and acknowledges nothing of a batch until what this returns has
 * settled; payloads are views into the network buffer and are only valid until then. A rejection closes the connection with that
 * error, nothing acknowledged.
 */
export type Receiver = (batch: readonly Message[]) => Receipt | Promise<Receipt>

/** What an MQTT broker said of itself; limits that it did not name are absent. */
export interface MqttTraits {
  readonly version: '5' | '3.1.1'
  readonly maximumQos: Guarantee
  readonly retainAvailable: boolean
  /** How many unacknowledged QoS 1 and 2 messages the broker takes at once. */
  readonly receiveMaximum?: number
  /** The largest packet it takes, in bytes. */
  readonly maximumPacketSize?: number
  readonly topicAliasMaximum: number
  readonly wildcardsAvailable: boolean
  /** Whether it says which subscription a message is sent for; not if absent. */
  readonly identifiersAvailable?: boolean
  /** `undefined`: the version (3.1.1) does not let the broker say. */
  readonly sharedAvailable: boolean | undefined
  readonly serverKeepalive?: number
}

/** What is known of a broker, once connected. */
export interface BrokerTraits {
  /** The URL that is connected to, without credentials. */
  readonly url: string
  /** What is spoken, for people: `MQTT 5`. */
  readonly protocol: string
  /** The name that the broker knows this connection by. */
  readonly clientId: string
  /** The broker had kept a session of this name. */
  readonly resumed: boolean
  /** Of many retained messages the broker may drop some for who asks for a guarantee, and cannot be asked for them apart. */
  readonly mayDropRetained?: boolean
  /** The server as AsyncAPI describes it; absent for one that no network reaches. */
  readonly server?: DescribedServer | undefined
  readonly mqtt?: MqttTraits | undefined
}

/** A channel that a broker has listed. */
export interface ListedChannel {
  readonly name: string
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

  /**
   * Of how many published messages the fate is known, since the connection was made, where it can say so before a whole batch is
   * reported: as long as that grows, the broker answers.
   */
  readonly settled?: number | undefined

  /**
   * Has the broker show that it has read what nobody acknowledges (QoS 0), where a protocol can ask: of all that was published and
   * reported, resolves to what nothing shows that of. Costs a round trip if there is such a message, and nothing otherwise. Waits until
   * the broker answers or the network connection is gone; never rejects. It shows receipt, and no permission.
   */
  confirmRead?(): Promise<Unread>

  /**
   * Subscribes, and hands what is published on the granted patterns to `receive` from then on, and what a session had queued. May be
   * called again with another receiver, which gets what its own patterns match; what no pattern of any receiver matches is for the
   * first one. Patterns of different receivers must not overlap: some brokers send a copy for each, and every receiver would get them
   * all. Receivers are served in the order in which messages come: one that is at work holds up the others, and the
   * acknowledgements of what this connection publishes, which stand behind messages on the network. So a receiver must not wait for
   * a `publish` on its own connection.
   * Rejects with a `TidingsError`.
   */
  subscribe(subscriptions: readonly Subscription[], receive: Receiver): Promise<readonly Grant[]>

  /** The channels that a broker knows, where it can list them. Rejects with a `TidingsError`. */
  channels?(): Promise<readonly ListedChannel[]>

  /** Resolves once the connection has ended for good: with nothing after `close`, otherwise with why. */
  readonly closed: Promise<TidingsError | undefined>

  /** Waits up to `drain` milliseconds for what is unacknowledged, published and received, then disconnects. Resolves when the socket is gone; never rejects. */
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

/** What only MQTT brokers are told. */
export interface MqttOptions {
  readonly version: 'auto' | '5' | '3.1.1'
  /** What the broker publishes if the connection breaks. */
  readonly will?: Message | undefined
}

/** Text, or the bytes of one that is not UTF-8. */
export type Password = string | Uint8Array

export interface ConnectionOptions {
  /** URLs as the user wrote them, in the order to try them; bad ones are a usage error before any socket opens. */
  readonly brokers: readonly string[]
  readonly username?: string
  readonly password?: Password
  /** The name that the broker is to know this connection by; made up when absent. */
  readonly clientId?: string
  /** Seconds; 0 turns it off. */
  readonly keepalive: number
  /** Milliseconds for one attempt, from the first packet to the broker's answer; 0 for any time. */
  readonly connectTimeout: number
  readonly tls: TlsOptions
  /** A `socks5://` (or socks4, socks5h) URL. */
  readonly proxy?: string
  /** HTTP headers of the WebSocket handshake. */
  readonly wsHeaders?: Readonly<Record<string, string>>
  /** Ask the broker to keep what comes for this subscriber while it is away, under this name. */
  readonly session?: string
  /** Refuse a message with a fact that the broker cannot carry, as bad input, instead of sending it without. */
  readonly strict?: boolean
  /** Keep trying to make the first connection for this long, in milliseconds; 0 fails at once. */
  readonly wait: number
  /** Aborts a connection that is being made. */
  readonly signal?: AbortSignal
  readonly onNotice: (notice: ConnectionNotice) => void
  readonly mqtt?: MqttOptions
}

/** Connects, or rejects with a `TidingsError` of kind usage, connect or refused. */
export type OpenConnection = (options: ConnectionOptions) => Promise<BrokerConnection>
