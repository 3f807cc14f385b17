import { Readable } from 'node:stream'
import type { AedesClient } from './aedes-internals.js'
import type { ClientDelivery } from './client-delivery.js'
import type { RetainedMessages } from './retained-messages.js'
import type { Sessions, StoredSubscription } from './sessions.js'
import type { StoredMessage, StoredRelease } from './stored-message.js'

type Named = Pick<AedesClient, 'id'>

/**
 * aedes's persistence interface on our store. aedes-persistence-level 9.2.0 was measured against the standard and left: a second
 * subscription of a session takes the first one out of its index, so that nothing is queued for it any more; what was queued for a
 * session that ended comes back in the next one; and messages are stored after their acknowledgement was sent.
 */
export function openMessageStore(
  sessions: Sessions,
  retained: RetainedMessages,
  deliveryOf: (client: Named) => ClientDelivery | undefined
) {
  const wills = new Map<string, unknown>()
  return {
    // aedes tells by its constructor's name that this is an async function.
    async setup(): Promise<void> {},

    createRetainedStreamCombi: (patterns: readonly string[]) => Readable.from(retained.matching(patterns)),
    async storeRetained(message: StoredMessage): Promise<void> {
      retained.store(message)
    },

    async subscriptionsByClient({ id }: Named): Promise<StoredSubscription[]> {
      return sessions.subscriptions(id)
    },
    async addSubscriptions({ id }: Named, subscriptions: readonly StoredSubscription[]): Promise<void> {
      for (const { topic, qos, rh, rap, nl, subscriptionIdentifier } of subscriptions) {
        if (!isShared(topic)) {
          sessions.subscribe(id, {
            topic,
            qos,
            ...(rh === undefined ? undefined : { rh }),
            ...(rap === undefined ? undefined : { rap }),
            ...(nl === undefined ? undefined : { nl }),
            ...(subscriptionIdentifier === undefined ? undefined : { subscriptionIdentifier })
          })
        }
      }
    },
    async removeSubscriptions({ id }: Named, patterns: readonly string[]): Promise<void> {
      for (const pattern of patterns) sessions.unsubscribe(id, pattern)
    },
    /** aedes calls this where a session ends: at a clean start and when it expires. */
    cleanSubscriptions: ({ id }: Named) => sessions.end(id),

    /** A message from the queue gets its identifier, or a message that was sent gives way to its release (QoS 2). */
    async outgoingUpdate(client: AedesClient, packet: SentPacket): Promise<void> {
      const delivery = deliveryOf(client)
      if (delivery === undefined) return
      if (!packet.brokerId) {
        const counter = delivery.counterOf(packet.messageId)
        if (counter !== undefined) sessions.queue(client.id)?.release(counter, packet.messageId)
        // The client forgets the message at PUBREL: from then on it must not be sent again.
        await sessions.flushed()
        return
      }
      const messageId = await delivery.claimLater(packet.brokerCounter, packet.messageId)
      packet.messageId = messageId
      const queue = sessions.queue(client.id)
      if (packet.cmd === 'pubrel') queue?.release(packet.brokerCounter, messageId)
      else queue?.sent(packet, packet.qos === 2 ? 2 : 1, messageId)
      // At QoS 1 the identifier may change after a crash; a write per message would let a queue grow faster than it is sent.
      if (packet.cmd === 'pubrel' || packet.qos === 2) await sessions.flushed()
    },
    /** Resolves to nothing: aedes would push what it is given into a stream that nobody reads, and stop after 16. */
    async outgoingClearMessageId(client: AedesClient, packet: SentPacket): Promise<void> {
      const delivery = deliveryOf(client)
      const counter = delivery?.counterOf(packet.messageId)
      if (counter !== undefined) sessions.queue(client.id)?.remove(counter)
      delivery?.acknowledged(packet.messageId)
    },
    outgoingStream(client: AedesClient): Readable {
      const delivery = deliveryOf(client)
      if (delivery === undefined) return Readable.from([])
      const resent = async function* (after: number) {
        for await (const stored of sessions.queue(client.id)?.after(after) ?? []) {
          yield stored.cmd === 'publish' ? { ...stored, dup: stored.messageId !== undefined } : stored
        }
      }
      return Readable.from(delivery.catchUp(() => sessions.queue(client.id)?.newest ?? 0, resent))
    },

    /** Asked at PUBREL only, when `guardIntake` has already released the message. */
    async incomingGetPacket(): Promise<never> {
      // After PUBCOMP the client may use the identifier for another message.
      await sessions.flushed()
      throw new Error('no such packet')
    },

    // A will that its broker did not live to publish is not published: whether the client is gone is unknown.
    async putWill({ id }: Named, will: unknown): Promise<void> {
      wills.set(id, will)
    },
    async getWill({ id }: Named): Promise<unknown> {
      return wills.get(id)
    },
    async delWill({ id }: Named): Promise<void> {
      wills.delete(id)
    },
    streamWill: () => Readable.from([])
  }
}

/** What aedes sends again, or PUBREL: then there is no `brokerId`. */
type SentPacket = (StoredMessage | StoredRelease) & { messageId: number }

/** aedes cannot share a subscription among clients, and announces so. */
export function isShared(pattern: string): boolean {
  return pattern === '$share' || pattern.startsWith('$share/')
}
