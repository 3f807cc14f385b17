import type { BrokerCheck, CheckOptions } from './broker-check.js'
import type { Capabilities, Capability } from './capabilities.js'
import type { ChannelGrammar } from './channel-grammar.js'
import type { ConnectionOptions, OpenConnection, Subscription } from './connection.js'
import type { DescribedServer } from './described-server.js'
import type { WhyNot } from './why-not.js'

/** What became of a session that was to be deleted. */
export interface DeletedSession {
  /** There was such a session. */
  readonly existed: boolean
  /** The URL of the broker that has none now, without credentials. */
  readonly broker: string
}

/** How far a reader has come, as a broker keeps it. */
export interface KeptPlace {
  readonly channel: string
  readonly partition: number
  /** Of the message that is read next. */
  readonly offset: number
}

/** Everything that tidings knows of a protocol. Each protocol has a folder in `transport`, which exports one such object. */
export interface Protocol {
  /** The protocol's name for people. */
  readonly name: string
  /** What the protocol can do over each scheme of its URLs. */
  readonly capabilities: Readonly<Record<string, Capabilities>>
  readonly grammar: ChannelGrammar
  /** Rejects with the usage or bad-input error that `open` would reject with, and opens no socket. */
  checkOptions(options: ConnectionOptions): Promise<void>
  readonly open: OpenConnection
  /**
   * Why no broker of this protocol can grant the subscription; `undefined` if one can. Absent where every subscription makes sense.
   * @param session the name of the session that the subscription is for, if any
   */
  whyNotSubscribed?(subscription: Subscription, session: string | undefined): WhyNot | undefined
  /** Describes the URL (without credentials) as an AsyncAPI server; `undefined` for a broker that is on no network. */
  describeServer(url: string): DescribedServer | undefined
  /**
   * Makes the broker forget the session that the options name, and what it keeps for that; absent where that cannot be done.
   * @param confirm asked before, where another program keeps its progress under this name; what it rejects with keeps that
   * Rejects as `open` does.
   */
  deleteSession?(
    options: ConnectionOptions,
    confirm: (places: readonly KeptPlace[]) => Promise<void>
  ): Promise<DeletedSession>
  /**
   * Finds out what a broker can do, and leaves nothing behind at the broker.
   * Rejects as `open` does if there is no connection, and with a failure of kind interrupted if `stop` aborts.
   */
  checkBroker(options: CheckOptions): Promise<BrokerCheck>
}

/** A scheme and what its protocol can do over it. */
export interface SchemeCapabilities {
  readonly scheme: string
  /** The user has written a host without a scheme: the broker may be one of another protocol. */
  readonly isImplied?: boolean
  readonly capabilities: Capabilities
}

/** The protocol that all named brokers speak. */
export interface SpokenProtocol {
  readonly protocol: Protocol
  /** The scheme of each broker with its capabilities, in the order of the brokers; at least one. */
  readonly rows: readonly [SchemeCapabilities, ...SchemeCapabilities[]]
}

/** All protocols that tidings speaks. Callers hand them in, so that a test can add a protocol. */
export interface Transports {
  /**
   * Finds the protocol that all of these brokers speak, and loads it.
   * Rejects with a `TidingsError` of kind usage for an unknown scheme and for brokers of several protocols.
   */
  find(brokers: readonly string[]): Promise<SpokenProtocol>
  /** The first scheme of each protocol that has the capability. Loads the protocols. */
  schemesWith?(capability: Capability): Promise<readonly string[]>
  /** The scheme of this name, in small letters, or the one that other tools call so. */
  schemeMeant(name: string): string | undefined
}
