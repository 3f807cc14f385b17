import type { BrokerCheck, CheckOptions } from './broker-check.js'
import type { Capabilities } from './capabilities.js'
import type { ChannelGrammar } from './channel-grammar.js'
import type { ConnectionOptions, OpenConnection } from './connection.js'
import type { DescribedServer } from './described-server.js'

/** What became of a session that was to be deleted. */
export interface DeletedSession {
  /** There was such a session. */
  readonly existed: boolean
  /** The URL of the broker that has none now, without credentials. */
  readonly broker: string
}

/** Everything that tidings knows of a protocol. Each has a folder in `transport` that exports one of these. */
export interface Protocol {
  /** What people call it. */
  readonly name: string
  /** What it can do, by the schemes of its URLs. */
  readonly capabilities: Readonly<Record<string, Capabilities>>
  readonly grammar: ChannelGrammar
  /** Rejects with the usage or bad-input error that `open` would reject with, and opens no socket. */
  checkOptions(options: ConnectionOptions): Promise<void>
  readonly open: OpenConnection
  /** The server of a URL without credentials, as AsyncAPI describes it; `undefined` for what is on no network. */
  describeServer(url: string): DescribedServer | undefined
  /**
   * Makes the broker forget the session that the options name, and what it keeps for that; absent where that cannot be done.
   * Rejects as `open` does.
   */
  deleteSession?(options: ConnectionOptions): Promise<DeletedSession>
  /**
   * Finds out what a broker can do, and leaves nothing behind there.
   * Rejects as `open` does if there is no connection, and with a failure of kind interrupted.
   */
  checkBroker(options: CheckOptions): Promise<BrokerCheck>
}

/** A scheme and what its protocol can do over it. */
export interface SchemeCapabilities {
  readonly scheme: string
  readonly capabilities: Capabilities
}

/** The protocol of some brokers. */
export interface SpokenProtocol {
  readonly protocol: Protocol
  /** Of the scheme of each broker, in the order of the brokers; there is one at least. */
  readonly rows: readonly [SchemeCapabilities, ...SchemeCapabilities[]]
}

/** All protocols that can be spoken. Handed in, so that tests can add one. */
export interface Transports {
  /**
   * Finds the protocol that all of these brokers speak, and loads it.
   * Rejects with a `TidingsError` of kind usage for an unknown scheme and for brokers of several protocols.
   */
  find(brokers: readonly string[]): Promise<SpokenProtocol>
}
