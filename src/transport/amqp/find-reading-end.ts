import type { DeliveryDecoder } from './delivery-decoder.js'
import type { AmqpNetworkConnection } from './network-connection.js'
import type { QueueWish } from './queue-wish.js'
import type { ReadingEnd } from './reading-end.js'
import type { ReadingPlace } from './reading-place.js'
import { findStreamEdge } from './stream-edge.js'
import type { StreamHint } from './stream-hint.js'

/**
 * Lets `end` know what a queue holds before it is read, and `place` whether the queue is a stream. As `findStreamEdge`, where the end of a
 * queue of others is asked for.
 * @param ready how many messages of the queue wait for a reader
 */
export async function findReadingEnd(
  network: AmqpNetworkConnection,
  { owner, queue, subscriptions: [first] }: QueueWish,
  ready: number,
  {
    decoder,
    place,
    end,
    hint
  }: { decoder: DeliveryDecoder; place: ReadingPlace; end: ReadingEnd; hint: StreamHint }
): Promise<void> {
  if (owner.kind !== 'foreign' || first.untilEnd !== true) {
    end.begin(ready, false)
    return
  }
  const isStream = await findStreamEdge(network, queue, decoder, (offset) => end.setEdge(offset))
  end.begin(ready, isStream)
  place.mayBeStream = isStream
  if (!isStream) return
  if (first.browse) place.lookAtAll()
  if (place.from === undefined) hint.give()
  // What comes from now on was not there.
  if (place.isAtEnd) end.reach()
}
