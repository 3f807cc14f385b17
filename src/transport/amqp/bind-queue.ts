import { AskingChannel } from './asking-channel.js'
import { bindingOf } from './binding-key.js'
import type { AmqpNetworkConnection } from './network-connection.js'
import { writeBind } from './queue-methods.js'
import { QUEUE_BIND } from './wire/methods.js'

/** Binds a queue for patterns, one after the other. As `AskingChannel.ask`; rejects with a TidingsError if there is no channel for it. */
export async function bindQueue(
  network: AmqpNetworkConnection,
  queue: string,
  patterns: readonly string[]
): Promise<void> {
  const channel = new AskingChannel(network)
  try {
    for (const pattern of patterns) {
      const { exchange, key } = bindingOf(pattern, network.url.exchange)
      await channel.ask(QUEUE_BIND, writeBind(queue, exchange, key), () => {})
    }
  } finally {
    channel.close()
  }
}
