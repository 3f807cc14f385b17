/** Where in the journal a message lies. */
export interface Place {
  readonly segment: number
  readonly offset: number
  /** Bytes of the whole record. */
  readonly length: number
}

export type Qos = 0 | 1 | 2

/** How a message goes to one session. */
export interface Grant {
  readonly qos: Qos
  readonly retain: boolean
  /** The identifiers of the session's subscriptions that match [MQTT-3.3.4-3]. */
  readonly ids: readonly number[]
  /** By which shared subscription, with `$share/GROUP/`: another member takes over what this one did not get. Absent: by none. */
  readonly shared?: string | undefined
}

/** What a message says, apart from how it is delivered. */
export interface Content {
  readonly topic: string
  /** MQTT 5's properties in their wire form, without what belongs to one delivery: expiry, topic alias, subscription identifiers. */
  readonly properties: Uint8Array
  readonly payload: Uint8Array
}

/** A message that the broker publishes when a client is gone. */
export interface Will extends Content {
  readonly qos: Qos
  readonly retain: boolean
  /** Seconds until it expires; absent: it never does. */
  readonly expiry: number | undefined
  /** Seconds between the end of the connection and its publication. */
  readonly delay: number
}

/** What is known of a message without reading it. */
export interface MessageFacts {
  /** Orders all messages of a broker. */
  readonly seq: number
  readonly qos: Qos
  readonly retain: boolean
  /** Milliseconds since 1970 after which nobody wants it any more; infinite for most. */
  readonly expiresAt: number
}

export interface Recipient extends Grant {
  /** A session's number. */
  readonly no: number
}

/** Under which identifier a session's client sent a QoS 2 message. */
export interface Sender {
  /** A session's number. */
  readonly no: number
  readonly packetId: number
}

export interface StoredSubscription {
  readonly qos: Qos
  readonly noLocal: boolean
  readonly retainAsPublished: boolean
  readonly retainHandling: number
  /** 0: none. */
  readonly id: number
}

/** A message that a session has not acknowledged for good. */
export interface Queued extends Grant {
  readonly seq: number
  /** 0: it was not sent. */
  readonly packetId: number
  /** Whether its receiver has it (QoS 2). */
  readonly released: boolean
}

/** One thing that happened, as the journal keeps it. */
export type Fact =
  /** The facts up to the next `checkpoint-end` say everything that was true; older segments hold messages only. */
  | {
      readonly kind: 'checkpoint'
      readonly seq: number
      /** The older segments that are still needed. */
      readonly segments: readonly number[]
      /** The number of the segment itself, whatever the name of its file. */
      readonly segment: number
    }
  | { readonly kind: 'checkpoint-end'; readonly facts: number }
  | {
      readonly kind: 'session'
      readonly no: number
      readonly id: string
      /** Seconds that it outlives its connection. */
      readonly expiry: number
      /** Milliseconds since 1970; 0: it is connected. */
      readonly leftAt: number
    }
  | { readonly kind: 'session-end'; readonly no: number }
  | {
      readonly kind: 'subscription'
      readonly no: number
      readonly filter: string
      readonly subscription: StoredSubscription
    }
  | { readonly kind: 'unsubscribed'; readonly no: number; readonly filter: string }
  | (MessageFacts &
      Content & {
        readonly kind: 'message'
        readonly recipients: readonly Recipient[]
        /** Of QoS 2: what `received` would say. One record says both, so that a crash leaves both or none. */
        readonly from?: Sender | undefined
      })
  /** A message that an older segment holds. */
  | (MessageFacts & { readonly kind: 'located'; readonly size: number; readonly place: Place })
  /** The channel's retained message; 0: it has none any more. */
  | { readonly kind: 'retained'; readonly topic: string; readonly seq: number }
  | (Queued & { readonly kind: 'queued'; readonly no: number })
  /** A part of what waits for a session, in order. Of checkpoints only: none of it was said before. */
  | { readonly kind: 'queue'; readonly no: number; readonly entries: readonly Queued[] }
  | { readonly kind: 'sent'; readonly no: number; readonly seq: number; readonly packetId: number }
  | { readonly kind: 'released'; readonly no: number; readonly packetId: number }
  /** The session has the message, or will never get it. The identifier is 0 if the message was not sent. */
  | { readonly kind: 'done'; readonly no: number; readonly seq: number; readonly packetId: number }
  /** A QoS 2 message came from the session's client under this identifier. */
  | { readonly kind: 'received'; readonly no: number; readonly packetId: number }
  | { readonly kind: 'freed'; readonly no: number; readonly packetId: number }
  /** What is published when the session's client is gone. */
  | { readonly kind: 'will'; readonly no: number; readonly will: Will }
  /** It is published, or its client has taken it back. */
  | { readonly kind: 'will-gone'; readonly no: number }
