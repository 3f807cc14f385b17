import { ArgumentReader } from './argument-reader.js'
import type { ContentAssembler } from './content-assembler.js'
import { ProtocolError } from './protocol-error.js'

/** The arguments of Basic.Deliver. */
export interface Delivery {
  readonly consumerTag: string
  readonly deliveryTag: number
  readonly redelivered: boolean
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

/**
 * The exchange and the routing key of a message that came back, as they stand in Basic.Return: each has its length before it.
 * @throws ProtocolError for arguments that end too early
 */
export function returnedAddress({ argumentBytes, argumentStart, argumentEnd }: ContentAssembler): Buffer {
  const code = 2
  const reason = 1 + (argumentBytes[argumentStart + code] ?? 0)
  const start = argumentStart + code + reason
  if (start >= argumentEnd) throw new ProtocolError('a method that ends too early')
  return argumentBytes.subarray(start, argumentEnd)
}
