import type { IPublishPacket } from 'mqtt-packet'

/** One name for every start, so that what an earlier one stored is our own. */
export const BROKER_ID = 'tidings'

/** A message as aedes passes it around and as it is stored. `brokerCounter` orders the messages of a broker. */
export interface StoredMessage {
  readonly cmd: 'publish'
  readonly brokerId: string
  readonly brokerCounter: number
  readonly topic: string
  readonly payload: Buffer
  readonly qos: 0 | 1 | 2
  readonly retain: boolean
  readonly dup: false
  readonly clientId?: string
  readonly properties?: NonNullable<IPublishPacket['properties']>
  /** Milliseconds since 1970 after which nobody wants it any more. */
  readonly messageExpiry?: number
  /** The identifier under which it was sent, if it was. */
  readonly messageId?: number
}

/** Half a QoS 2 delivery: the message arrived, its release has not been answered. */
export interface StoredRelease {
  readonly cmd: 'pubrel'
  readonly brokerId: string
  readonly brokerCounter: number
  readonly messageId: number
}

/** Bytes, roughly: what counts against a limit. */
export function sizeOf(message: Pick<StoredMessage, 'payload' | 'topic' | 'properties'>): number {
  let size = message.payload.length + Buffer.byteLength(message.topic) + 16
  const properties = message.properties
  if (properties === undefined) return size
  size += Buffer.byteLength(properties.contentType ?? '') + Buffer.byteLength(properties.responseTopic ?? '')
  size += properties.correlationData?.length ?? 0
  for (const [name, values] of Object.entries(properties.userProperties ?? {})) {
    for (const value of [values].flat()) size += Buffer.byteLength(name) + Buffer.byteLength(value) + 5
  }
  return size
}
