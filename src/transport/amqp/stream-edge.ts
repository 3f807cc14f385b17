import type { ChannelTaker } from './channel.js'
import type { DeliveryDecoder } from './delivery-decoder.js'
import type { AmqpNetworkConnection } from './network-connection.js'
import { writeConsume, writeQos } from './queue-methods.js'
import { BASIC_CONSUME, BASIC_CONSUME_OK, BASIC_QOS } from './wire/methods.js'

/**
 * Finds out whether a queue is a stream, and where the stream ends now. A consumer of its own asks for what comes from now on: RabbitMQ
 * refuses it at any other queue, and tells no offsets but those of messages.
 * @param onEdge gets the offset of the first message that comes into the stream from now on, once there is one; absent if nobody wants it
 * @returns whether it is a stream; the promise never settles once the network connection is gone. Rejects with a TidingsError if there is
 * no channel for this.
 */
export function findStreamEdge(
  network: AmqpNetworkConnection,
  queue: string,
  decoder: DeliveryDecoder,
  onEdge?: (offset: number) => void
): Promise<boolean> {
  return new Promise((resolve) => {
    let isFound = false
    const taker: ChannelTaker = {
      method: (method) => {
        if (method !== BASIC_CONSUME_OK) return
        resolve(true)
        if (onEdge === undefined) void channel.close()
      },
      content: (content) => {
        const offset = decoder.decode(content, 0).amqp?.offset
        if (isFound || offset === undefined) return
        isFound = true
        void channel.close()
        onEdge?.(offset)
      },
      failed: () => resolve(false)
    }
    const channel = network.openChannel(taker)
    channel.send(BASIC_QOS, writeQos(1))
    const from = 'latest'
    channel.send(BASIC_CONSUME, writeConsume({ queue, tag: 'tidings-edge', isExclusive: false, from }))
    network.out.flush()
  })
}
