import type { ContentAssembler } from './content-assembler.js'
import { ProtocolError } from './protocol-error.js'

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
