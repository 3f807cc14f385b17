import type { Duplex } from 'node:stream'
import type { PublishReport, Receiver } from '../../../core/connection.js'
import type { Message } from '../../../core/message.js'
import type { ExchangeOptions, ExchangeTerms, MessageIdProvider } from './exchange-terms.js'

/** Everything about PUBLISH, PUBACK, PUBREC, PUBREL and PUBCOMP; mqtt.js sees every other packet. */
export declare class MessageExchange {
  constructor(options: ExchangeOptions)
  /** One id space for SUBSCRIBE and PUBLISH; give it to mqtt.js as `messageIdProvider`. */
  readonly messageIds: MessageIdProvider
  openStream(socket: Duplex, protocol: '3.1.1' | '5'): Duplex
  resume(terms: ExchangeTerms): void
  suspend(): void
  publish(batch: readonly Message[]): Promise<PublishReport>
  setReceiver(receive: Receiver): void
  drained(): Promise<void>
  abandon(): void
  /** Messages whose fate is open. */
  get outstanding(): number
  /** A receiver's promise is pending (or none is set yet while messages wait): the socket is deliberately not being read. */
  get receiving(): boolean
}
