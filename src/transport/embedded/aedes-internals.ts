import type { EventEmitter } from 'node:events'
import type { Duplex } from 'node:stream'
import type { IPublishPacket, Parser } from 'mqtt-packet'

/**
 * What we use of aedes's client beyond its published types. aedes is pinned to the exact version that this describes; the tests of
 * this folder tell when another one differs.
 */
export interface AedesClient extends EventEmitter {
  readonly id: string
  readonly conn: Duplex
  readonly version: 3 | 4 | 5
  readonly clean: boolean
  readonly connecting: boolean
  readonly connected: boolean
  readonly connackSent: boolean
  readonly closed: boolean
  readonly sessionExpiryInterval: number
  readonly maximumPacketSize?: number
  readonly receiveMaximum?: number
  subscriptions: Record<string, { readonly qos: 0 | 1 | 2; readonly si?: number }>
  deliver0: Deliver
  deliverQoS: Deliver
  _parsingBatch: number
  readonly _parser: Parser & { readonly packet?: { readonly length: number } }
  readonly _nextBatch: (error?: Error | null) => void
  readonly _keepaliveTimer: NodeJS.Timeout | null
  waitForDrain(done: (error?: Error | null) => void): void
  disconnect(reason: { reasonCode: number }, done?: () => void): void
  close(done?: () => void): void
}

export type Deliver = (message: RoutedMessage, done: () => void) => void

/** A message on its way to one subscriber; one that is kept for new subscribers carries no `brokerId`. */
export interface RoutedMessage {
  readonly brokerId: string | null
  readonly brokerCounter: number
  readonly topic: string
  readonly payload: Buffer
  readonly qos: 0 | 1 | 2
  readonly retain: boolean
  readonly nl?: boolean
  readonly clientId?: string
  readonly messageExpiry?: number
  readonly properties?: NonNullable<IPublishPacket['properties']>
}
