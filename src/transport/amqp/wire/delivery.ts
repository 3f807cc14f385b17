import { ArgumentReader } from './argument-reader.js'
import type { ContentAssembler } from './content-assembler.js'

/** The arguments of Basic.Deliver. */
export interface Delivery {
  readonly consumerTag: string
  readonly deliveryTag: number
  readonly redelivered: boolean
  readonly exchange: string
  readonly routingKey: string
}

/** The arguments of Basic.Return: a message that no queue took. */
export interface Returned {
  readonly code: number
  readonly reason: string
  readonly exchange: string
  readonly routingKey: string
}

/** @throws ProtocolError for arguments that end too early */
export function readDelivery(content: ContentAssembler): Delivery {
  const from = new ArgumentReader(content.argumentBytes, content.argumentStart, content.argumentEnd)
  return {
    consumerTag: from.shortText(),
    deliveryTag: from.eightBytes(),
    redelivered: (from.byte() & 1) === 1,
    exchange: from.shortText(),
    routingKey: from.shortText()
  }
}

/** @throws ProtocolError for arguments that end too early */
export function readReturned(content: ContentAssembler): Returned {
  const from = new ArgumentReader(content.argumentBytes, content.argumentStart, content.argumentEnd)
  return {
    code: from.twoBytes(),
    reason: from.shortText(),
    exchange: from.shortText(),
    routingKey: from.shortText()
  }
}
