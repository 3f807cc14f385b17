/** What one client may ask of the embedded broker; beyond it the client is refused or let go, the others go on. */
export interface BrokerLimits {
  readonly connections: number
  /** Bytes; announced to MQTT 5 clients. */
  readonly packetSize: number
  /** Bytes; before its CONNECT was accepted a client has no business sending more. */
  readonly firstPacketSize: number
  /** QoS 1 and 2 messages that a client may have unacknowledged; announced to MQTT 5 clients. */
  readonly receiveMaximum: number
  readonly subscriptionsPerClient: number
  readonly clientIdLength: number
  readonly retainedMessages: number
  readonly retainedBytes: number
  readonly sessions: number
  readonly queuedMessagesPerSession: number
  readonly queuedBytesPerSession: number
  /** Milliseconds that a publisher waits for a client that takes its messages too slowly. */
  readonly patience: number
  /** Milliseconds after which a client is let go that neither reads nor acknowledges what waits for it. */
  readonly stall: number
  /** Milliseconds that a client may take to connect. */
  readonly connectTime: number
}

export const DEFAULT_LIMITS: BrokerLimits = {
  connections: 1000,
  packetSize: 64 * 1024 * 1024,
  firstPacketSize: 256 * 1024,
  receiveMaximum: 1000,
  subscriptionsPerClient: 10_000,
  clientIdLength: 1024,
  retainedMessages: 100_000,
  retainedBytes: 256 * 1024 * 1024,
  sessions: 10_000,
  queuedMessagesPerSession: 100_000,
  queuedBytesPerSession: 256 * 1024 * 1024,
  patience: 700,
  stall: 20_000,
  connectTime: 10_000
}
