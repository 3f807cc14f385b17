/** One header: a name and its value. Names may repeat and their order counts, so headers are a list and never an object. */
export type Header = readonly [name: string, value: string]

/** MQTT's delivery guarantee: 0 at most once, 1 at least once, 2 exactly once. */
export type Qos = 0 | 1 | 2

/** What MQTT adds to a message: its delivery guarantee, its flags, and the properties of an MQTT 5 PUBLISH packet. */
export interface MqttBinding {
  readonly qos: Qos
  /** When publishing: the broker keeps it as the channel's last value. When received: it was such a kept value. */
  readonly retain: boolean
  /** The broker or publisher sent this message before and is not sure that it arrived. */
  readonly dup?: boolean
  /** The payload is declared to be UTF-8 text (payload format indicator 1) or unspecified bytes (false, indicator 0). */
  readonly payloadUtf8?: boolean
  /** Message expiry interval, in seconds. */
  readonly expiry?: number
  readonly contentType?: string
  /** The channel on which an answer is expected (response topic). */
  readonly responseChannel?: string
  /** Correlation data, as bytes. */
  readonly correlation?: Uint8Array
  /** Identifiers of the subscriptions that this message matched; only on received messages. */
  readonly subscriptionIds?: readonly number[]
}

/** An application message: an event (something happened) or a command (do this), on a channel. */
export interface Message {
  readonly channel: string
  /** The bytes exactly as published. A received payload is a view that is valid until its receiver has settled. */
  readonly payload: Uint8Array
  readonly headers: readonly Header[]
  readonly mqtt: MqttBinding
  /** When it was received: microseconds since 1970-01-01 UTC. Absent on a message that was never received. */
  readonly time?: number
}

/** The headers of a message that has none; shared, so that the common case allocates nothing. */
export const NO_HEADERS: readonly Header[] = Object.freeze([])
