import type { DescribedServer } from './described-server.js'
import type { TidingsError } from './errors.js'
import type { Guarantee, Message } from './message.js'
import type { MessageBatch } from './message-batch.js'

/** Where in a channel's history to begin. A `time` is in microseconds since 1970-01-01 UTC; `last` counts messages from the end. */
export type HistoryPosition =
  | 'beginning'
  | 'latest'
  | { readonly offset: number }
  | { readonly time: number }
  | { readonly last: number }

/** Options of a subscription that only MQTT has. */
export interface MqttSubscription {
  /** Do not send back what this connection published (MQTT 5). */
  readonly noLocal?: boolean
  /** Keep the retain flag as published (MQTT 5). */
  readonly retainAsPublished?: boolean
  /** 0: send retained messages; 1: only for a new subscription; 2: never (MQTT 5). */
  readonly retainHandling?: 0 | 1 | 2
}

/** A wish to receive what is published on the channels that a pattern matches. */
export interface Subscription {
  /** The pattern that the protocol's grammar returned: `+` is one level, `#` all that follow. */
  readonly pattern: string
  /** The highest guarantee wanted. */
  readonly guarantee: Guarantee
  /** Share the messages with the other subscribers of this group. */
  readonly group?: string | undefined
  /** Where to begin, at a broker that keeps a history. If absent, only messages that are published from now on are wanted. */
  readonly from?: HistoryPosition | undefined
  /**
   * Begin where the last `look` of this connection has ended: nothing that it told of comes again, and nothing since is left out. Channels
   * that were born since are wanted from their beginning.
   */
  readonly sinceLook?: boolean | undefined
  /**
   * Hand over what is there at the start in the order of its source times, over all channels and partitions. The order of each partition
   * stays as it is. What comes later follows as it arrives. Without, everything is handed over as it arrives.
   */
  readonly inOrderOfTime?: boolean | undefined
  /** Have the grant tell, by `end`, when everything that was there at its start has been taken. */
  readonly untilEnd?: boolean | undefined
  /** Leave out stored messages that cannot be read, and tell by notices which these are. Otherwise such a message ends the reading. */
  readonly skipUnreadable?: boolean | undefined
  /** Only look at what a queue of others holds: nothing is acknowledged, and once the connection is closed the queue has all of it again. */
  readonly browse?: boolean | undefined
  readonly mqtt?: MqttSubscription | undefined
}

/** The broker's answer to one subscription, in the order asked. */
export interface Grant {
  readonly pattern: string
  /** What the broker granted, or `undefined` if it refused. */
  readonly guarantee: Guarantee | undefined
  /** Why the broker refused, in words. */
  readonly reason?: string
  /** What to do about the refusal. */
  readonly suggestion?: string
  /** The messages come from a queue: their channels are those that others have published to, and need not match the pattern. */
  readonly isQueue?: boolean
  /**
   * Resolves once the receiver has taken everything that was there when the subscription was granted; at once if there was nothing.
   * Later messages may have come before. Stays open while the connection is down, and for ever once it has ended. A connection gives it
   * with every grant of a subscription with `untilEnd`.
   */
  readonly end?: Promise<void>
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

/** A message that the broker refused, or that was not sent because it exceeds a limit that the broker has announced. */
export interface Refusal extends RefusalReason {
  /** Position in the batch that was handed to `publish`. */
  readonly index: number
}

/** What became of a batch. The three counts add up to its length. */
export interface PublishReport {
  /** Acknowledged by the broker (QoS 1, 2) or flushed to the socket (QoS 0). */
  readonly acknowledged: number
  /** How many of `acknowledged` have QoS 0, which a broker does not acknowledge; absent if there are none. */
  readonly unassured?: number
  /** How many of `acknowledged` are not retained and reached no subscriber, where the broker says so; absent if there are none. */
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

/** What a receiver decided about a batch that it did not take as a whole. */
export interface Verdict {
  /** How many messages, from the front of the batch, the receiver took. The transport acknowledges these. */
  readonly done: number
  /**
   * What happens to the rest of the batch.
   * `stop`: the transport acknowledges nothing of the rest and receives nothing more. The receiver is about to close the connection.
   * `let-go`: the first message of the rest is given up. A broker that has dead letters moves it there; otherwise it counts as taken.
   * The messages after it are delivered again.
   */
  readonly next: 'stop' | 'let-go'
}

/** What a receiver returns: nothing if it has taken the whole batch. */
export type Receipt = void | Verdict

/**
 * Takes a batch of received messages. Until the returned promise settles, the transport reads no further and acknowledges nothing of
 * the batch. Payloads are views into the network buffer, and are valid only until then. If the promise rejects, the transport
 * acknowledges nothing and closes the connection with that error.
 */
export type Receiver = (batch: readonly Message[]) => Receipt | Promise<Receipt>

/** What an MQTT broker announced about itself; a limit that it did not announce is absent. */
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
  /** `undefined` in MQTT 3.1.1, where a broker cannot announce it. */
  readonly sharedAvailable: boolean | undefined
  readonly serverKeepalive?: number
}

/** What is known of a broker, once connected. */
export interface BrokerTraits {
  /** The URL of the connection, without credentials. */
  readonly url: string
  /** The protocol and its version, for people: `MQTT 5`. */
  readonly protocol: string
  /** The client identifier that the broker knows this connection by. */
  readonly clientId: string
  /** Whether the broker had kept the session of this client identifier. */
  readonly resumed: boolean
  /** Of many retained messages the broker may drop some for who asks for a guarantee, and cannot be asked for them apart. */
  readonly mayDropRetained?: boolean
  /** The server as AsyncAPI describes it; absent for a broker that is on no network. */
  readonly server?: DescribedServer | undefined
  readonly mqtt?: MqttTraits | undefined
}

/** Which brokers of a cluster keep a partition, by their numbers. */
export interface PartitionPlace {
  readonly partition: number
  /** The one that messages are published to and read from; -1 where there is none at present. */
  readonly leader: number
  readonly replicas: readonly number[]
  /** The replicas that have everything. */
  readonly inSync: readonly number[]
}

/** A channel that a broker has listed. */
export interface ListedChannel {
  readonly name: string
  /** Into how many partitions the broker divides it; absent where it did not say so. */
  readonly partitions?: number | undefined
  /** Where its partitions are, in their order; absent where the broker did not say so. */
  readonly places?: readonly PartitionPlace[] | undefined
  /** How many messages the broker keeps of it; fewer where it has removed some from between. Absent where it did not say so. */
  readonly stored?: number | undefined
}

/** How much of what a broker keeps is looked at. */
export interface LookLimits {
  /** The last messages of each partition that are wanted, at most. */
  readonly messages: number
  /** Milliseconds after which no further channel is looked at. */
  readonly time: number
}

/** A wish to list channels, and to look at the last messages that the broker keeps of each. */
export interface LookWish extends LookLimits {
  /** Patterns that the protocol's grammar returned. */
  readonly patterns: readonly string[]
  /** Called once, before the messages, with all channels that match. */
  readonly onListed: (channels: readonly ListedChannel[]) => void
  /** Takes messages: all of a channel at once, in the order of their source times. They stay valid. */
  readonly take: (batch: readonly Message[]) => void | Promise<void>
}

/** Something to tell a person about a connection that goes on. It never means that the connection has ended for good. */
export interface ConnectionNotice {
  readonly kind:
    | 'reconnecting'
    | 'reconnected'
    | 'fallback'
    | 'failover'
    | 'waiting'
    | 'warning'
    | 'local-broker'
    | 'created'
  /** One line, for stderr. */
  readonly text: string
  /** The notice comes with every connection, so it is shown at a terminal and left out of logs. */
  readonly isRoutine?: boolean
  /** Why the connection is down, alone; with `reconnecting`. */
  readonly reason?: string
  /** The broker has kept for us what was published meanwhile, as far as it was published and subscribed to with a guarantee; with `reconnected`. */
  readonly isKept?: boolean
}

/** A connection to a broker, whatever the protocol. It renews itself after losses until `close` or a final end. */
export interface BrokerConnection {
  /** What is known of the broker. A reconnect replaces this object. */
  readonly broker: BrokerTraits

  /**
   * Sends messages in order. Never rejects because of the broker or the network: the report says what happened. Batches may
   * overlap; callers bound memory by the number of batches that they leave open. Payloads must stay untouched until the promise
   * resolves.
   */
  publish(batch: MessageBatch): Promise<PublishReport>

  /** How many batches of many messages pay to be open at once. Absent where eight are enough to keep the connection busy. */
  readonly openBatches?: number | undefined

  /** How many messages pay to be open at once, unless they are those of a `UniformBatch`. Absent where 2048 are enough. */
  readonly openMessages?: number | undefined

  /**
   * How many published messages have a known fate, since the connection was made. While the number grows, the broker answers.
   * Absent for a connection that learns a message's fate only from the report of its whole batch.
   */
  readonly settled?: number | undefined

  /**
   * Has the broker show that it has read what nobody acknowledges (QoS 0), where a protocol can ask: of all that was published and
   * reported, resolves to what nothing shows that of. Costs a round trip if there is such a message, and nothing otherwise. Waits until
   * the broker answers or the network connection is gone; never rejects. It shows receipt, and no permission.
   */
  confirmRead?(): Promise<Unread>

  /**
   * Subscribes. From then on `receive` gets what is published on the granted patterns, and what the broker had queued for the session.
   * May be called again with another receiver. Each receiver gets what its own patterns match; the first receiver also gets messages
   * that no pattern matches. Patterns of different receivers must not overlap: some brokers send a copy for each pattern, and every
   * receiver would get all copies.
   * Receivers are served in the order in which messages arrive. While one receiver works, the other receivers wait, and so do the
   * acknowledgements of published messages, which arrive on the network behind received messages. So a receiver must not wait for a
   * `publish` on its own connection.
   * Rejects with a `TidingsError`.
   */
  subscribe(subscriptions: readonly Subscription[], receive: Receiver): Promise<readonly Grant[]>

  /** The channels that a broker knows, where it can list them. Rejects with a `TidingsError`. */
  channels?(): Promise<readonly ListedChannel[]>

  /**
   * Lists channels, and looks at what the broker keeps of them; leaves no trace there. Resolves once everything was handed over, or the
   * time is up: with a failure where nothing could be looked at of a channel that was named, or of any. What else could not be looked at is
   * told by a notice. Rejects with a `TidingsError`: of kind refused for a channel that was named and cannot be listed.
   */
  look?(wish: LookWish): Promise<TidingsError | undefined>

  /** Resolves once the connection has ended for good: with `undefined` after `close`, otherwise with the reason. */
  readonly closed: Promise<TidingsError | undefined>

  /**
   * Waits up to `drain` milliseconds until published and received messages are acknowledged, then disconnects. Resolves when the
   * socket is gone. Never rejects.
   */
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

/** Options of a connection that only MQTT has. */
export interface MqttOptions {
  readonly version: 'auto' | '5' | '3.1.1'
  /** The last will: the message that the broker publishes if the connection breaks. */
  readonly will?: Message | undefined
}

/** How a connection sends messages, where the protocol has a choice. */
export interface SendingOptions {
  /**
   * Create a channel that the broker does not know, before the first message goes there; with as many partitions, or as many as the
   * broker is configured to give.
   */
  readonly create?: { readonly partitions?: number }
  /** How messages that are sent together are compressed; not at all if absent. */
  readonly compression?: 'gzip' | 'zstd'
}

/** A text; or bytes, if the password is not UTF-8. */
export type Password = string | Uint8Array

export interface ConnectionOptions {
  /** URLs as the user wrote them, in the order to try them. A bad URL is a usage error before any socket opens. */
  readonly brokers: readonly string[]
  readonly username?: string
  readonly password?: Password
  /** The password as it is now, where it comes from a file that somebody may write anew, such as one with a token. Never rejects. */
  readonly passwordNow?: (() => Password) | undefined
  /** The client identifier; if absent, the transport makes one up. */
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
  /** The name of a session: the broker keeps messages for this subscriber while it is disconnected. */
  readonly session?: string
  /** Refuse a message with a fact that the broker cannot carry, as bad input, instead of sending it without. */
  readonly strict?: boolean
  /** Keep trying to make the first connection for this long, in milliseconds; 0 fails at once. */
  readonly wait: number
  /** Aborts a connection that is being made. */
  readonly signal?: AbortSignal
  readonly onNotice: (notice: ConnectionNotice) => void
  /** Called for each attempt to connect again after a loss, before it begins. */
  readonly onRetry?: (() => void) | undefined
  readonly sending?: SendingOptions
  readonly mqtt?: MqttOptions
}

/** Connects, or rejects with a `TidingsError` of kind usage, connect or refused. */
export type OpenConnection = (options: ConnectionOptions) => Promise<BrokerConnection>
