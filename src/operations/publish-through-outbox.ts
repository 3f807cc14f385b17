import { type Concluded, interruptedBy } from '../core/concluded.js'
import type { BrokerConnection } from '../core/connection.js'
import type { Outbox } from '../core/outbox/outbox.js'
import type { OutboxOutcome } from '../core/outbox/outbox-outcome.js'
import type { Protocol } from '../core/protocol.js'
import type { PublishProgress } from '../core/publish-outcome.js'
import { OutboxPublication } from './outbox.js'
import type { DeliveryOptions } from './outbox-delivery.js'
import { outboxPublishFailure } from './outbox-failure.js'
import type { PublishOptions } from './publish.js'

export interface PublishThroughOutboxOptions
  extends Omit<PublishOptions, 'protocol' | 'channel' | 'onBegin'>,
    Omit<DeliveryOptions, 'outbox' | 'connect'> {
  readonly protocol: Pick<Protocol, 'open' | 'checkOptions'>
  /** Makes the outbox if there is none. Is called once the connection options are known to be good. */
  readonly openOutbox: () => Outbox
  /** Called before anything is stored. Called back at the end is what this returns. */
  readonly onBegin: (publication: {
    readonly progress: Pick<PublishProgress, 'sent' | 'acknowledged'>
  }) => () => void
}

/**
 * Puts messages on disk, and sends what can be sent meanwhile over connections of its own.
 * @throws TidingsError for bad connection options, and for an outbox that cannot be opened; whatever happens later is in the outcome
 */
export async function publishThroughOutbox(
  wish: PublishThroughOutboxOptions
): Promise<Concluded<OutboxOutcome>> {
  const { protocol, options, messages, openOutbox, onBegin, ...delivering } = wish
  await protocol.checkOptions(options)
  const outbox = openOutbox()
  let connection: BrokerConnection | undefined
  const connect = async () => {
    connection = await protocol.open(options)
    return connection
  }
  const publication = new OutboxPublication({ ...delivering, outbox, connect })
  const onEnd = onBegin(publication)
  const outcome = await publication.run(messages)
  onEnd()
  const interrupted = interruptedBy(delivering.stop)
  const failure = outboxPublishFailure(outcome, { outbox: outbox.name, interrupted })
  return { ...outcome, failure, broker: connection?.broker.url }
}
