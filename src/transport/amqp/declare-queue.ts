import { bindingOf } from './binding-key.js'
import type { Channel } from './channel.js'
import type { ConsumerParts } from './consumer-parts.js'
import { writeBind, writeKeptDeclare, writePassingDeclare } from './queue-methods.js'
import { QUEUE_BIND, QUEUE_DECLARE } from './wire/methods.js'

/**
 * Makes the queue that is to be read, and binds it. A queue of others is left as it is.
 * @param isNew the queue of a session or a group is to be made
 */
export function declareQueue(
  channel: Channel,
  { network, wish: { owner, queue }, patterns }: ConsumerParts,
  isNew: boolean
): void {
  if (owner.kind === 'foreign') return
  if (owner.kind === 'passing') channel.send(QUEUE_DECLARE, writePassingDeclare)
  else if (isNew) channel.send(QUEUE_DECLARE, writeKeptDeclare(queue))
  for (const pattern of patterns) {
    const { exchange, key } = bindingOf(pattern, network.url.exchange)
    channel.send(QUEUE_BIND, writeBind(queue, exchange, key))
  }
}
