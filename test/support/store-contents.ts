import { type BrokerLimits, DEFAULT_LIMITS } from '../../src/transport/embedded/broker-limits.js'
import type { LocalPlace } from '../../src/transport/embedded/local-place.js'
import { openStore } from '../../src/transport/embedded/open-store.js'
import type { BrokerState } from '../../src/transport/embedded/state/broker-state.js'
import type { Delivery } from '../../src/transport/embedded/state/delivery-queue.js'

/** Opens a place's store, as a broker that starts does, and says what the broker knows then. */
export async function storeContents(place: LocalPlace, limits: Partial<BrokerLimits> = {}) {
  const store = await openStore(place)
  try {
    const { state, damage } = await store.read({ ...DEFAULT_LIMITS, ...limits })
    const contents = { damage, ...contentsOf(state) }
    state.close()
    return contents
  } finally {
    await store.close()
  }
}

function contentsOf(state: BrokerState) {
  const now = Date.now()
  const text = ({ message, grant }: Delivery, released = false) => {
    const { topic = '', payload = [] } = (released ? undefined : state.messages.contentOf(message)) ?? {}
    return `${topic} ${Buffer.from(payload).toString('latin1')} ${JSON.stringify(grant)}`
  }
  return {
    retained: [...state.retained.entries()].map(([topic]) => topic).sort(),
    sessions: Object.fromEntries(
      // Those whose time has come end when the broker has started.
      [...state.sessions.values()]
        .filter(({ endsAt }) => endsAt > now)
        .map(({ id, expiry, subscriptions, incoming, inFlight, queue }) => [
          id,
          {
            expiry,
            subscriptions: Object.fromEntries(subscriptions),
            incoming: [...incoming],
            inFlight: [...inFlight].map(([packetId, delivery]) => [
              packetId,
              delivery.released,
              text(delivery, delivery.released)
            ]),
            queue: [...queue].map((delivery) => text(delivery))
          }
        ])
    )
  }
}
