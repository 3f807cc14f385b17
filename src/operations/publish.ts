import type { AcknowledgementLimits } from '../core/acknowledgement-limits.js'
import type { Clock } from '../core/clock.js'
import { type Concluded, interruptedBy } from '../core/concluded.js'
import type { ConnectionOptions } from '../core/connection.js'
import type { MessageBatch } from '../core/message-batch.js'
import type { Protocol } from '../core/protocol.js'
import type { PublishOutcome, PublishProgress } from '../core/publish-outcome.js'
import { Publication } from './publication.js'
import { publishFailure } from './publish-failure.js'

export interface PublishOptions extends AcknowledgementLimits {
  readonly protocol: Pick<Protocol, 'open'>
  readonly options: ConnectionOptions
  /** The channel of all messages, for words; `undefined` where each has its own. */
  readonly channel: string | undefined
  /** Makes the batches, and stops waiting for more when the signal aborts. */
  readonly messages: (signal: AbortSignal) => AsyncIterable<MessageBatch>
  readonly clock: Clock
  readonly stop: AbortSignal
  /** Called once there is a connection, before anything is sent. Called back at the end is what this returns. */
  readonly onBegin: (publication: { readonly progress: PublishProgress }) => () => void
}

/**
 * Publishes messages over a connection of its own.
 * @throws TidingsError what opening a connection rejects with; whatever happens later is in the outcome
 */
export async function publish(wish: PublishOptions): Promise<Concluded<PublishOutcome>> {
  const { protocol, options, channel, messages, onBegin, ...publishing } = wish
  const connection = await protocol.open(options)
  const publication = new Publication({ ...publishing, connection })
  const onEnd = onBegin(publication)
  const outcome = await publication.run(messages)
  onEnd()
  await connection.close(publishing.drainTimeout)
  const interrupted = interruptedBy(publishing.stop)
  const failure = publishFailure(outcome, { channel, interrupted })
  return { ...outcome, failure, broker: connection.broker.url }
}
