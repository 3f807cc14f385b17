import type { Guarantee } from '../../../core/message.js'

/** What the broker said in its CONNACK that binds the exchange of messages on this network connection. */
export interface ExchangeLimits {
  readonly sessionPresent: boolean
  /** How many QoS 1 and 2 messages it takes unacknowledged; `undefined` where it did not say. */
  readonly receiveMaximum?: number | undefined
  /** The largest packet it takes, in bytes, fixed header included. */
  readonly maximumPacketSize?: number | undefined
  readonly maximumQos?: Guarantee | undefined
  readonly retainAvailable?: boolean | undefined
  /** How many topic aliases it lets us define. */
  readonly topicAliasMaximum?: number | undefined
}

export interface ExchangeOptions {
  /** A packet that the standard forbids came in: the connection is to be closed. Called once per connection; nothing more of it is read. */
  readonly onProtocolError: (reason: string) => void
  /** The receiver threw or rejected: the connection is to end for good with this error. Nothing of that batch is acknowledged. */
  readonly onReceiverFailed: (error: unknown) => void
  readonly onNotice?: (text: string) => void
  /** Refuse what the spoken version of MQTT cannot carry as a whole. */
  readonly strict?: boolean
  /** The topic alias maximum that our CONNECT told the broker (MQTT 5); 0 when absent: then every alias is an error. */
  readonly topicAliasMaximum?: number
  /** Wall-clock microseconds for `Message.time`. */
  readonly now?: () => number
}

/** mqtt.js's IMessageIdProvider. */
export interface MessageIdProvider {
  allocate(): number | null
  getLastAllocated(): number | null
  register(id: number): boolean
  deallocate(id: number): void
  clear(): void
}
