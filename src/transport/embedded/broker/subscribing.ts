import { REASON } from '../../mqtt/reason-codes.js'
import type { BrokerLimits } from '../broker-limits.js'
import type { ClientDelivery, RetainedSource } from '../protocol/client-delivery.js'
import type { BrokerState } from '../state/broker-state.js'
import { levelsCost, subscriptionCost } from '../state/memory-use.js'
import type { Session } from '../state/session.js'
import type { Qos, StoredSubscription } from '../store/facts.js'

/** UNSUBACK's "no subscription existed". */
const NO_SUBSCRIPTION = 0x11

/** Grants subscriptions and takes them away. */
export class Subscribing {
  readonly #state: BrokerState
  readonly #limits: BrokerLimits

  constructor(state: BrokerState, limits: BrokerLimits) {
    this.#state = state
    this.#limits = limits
  }

  /**
   * @param delivery gets the retained messages
   * @returns a code for each, as SUBACK has them
   */
  subscribe(
    session: Session,
    delivery: ClientDelivery,
    subscriptions: readonly (readonly [filter: string, subscription: StoredSubscription])[]
  ): number[] {
    const state = this.#state
    return subscriptions.map(([filter, subscription]) => {
      const isNew = !session.subscriptions.has(filter)
      const hasRoom =
        session.subscriptions.size < this.#limits.subscriptionsPerClient &&
        state.memory.hasRoom(subscriptionCost(filter) + levelsCost(filter))
      if (isNew && !hasRoom) return REASON.quotaExceeded
      state.subscribe(session, filter, subscription)
      const { retainHandling } = subscription
      const wantsRetained = retainHandling === 0 || (retainHandling === 1 && isNew)
      // Shared subscriptions get no retained messages [MQTT 5, 4.8.2].
      if (wantsRetained && !filter.startsWith('$share/'))
        delivery.addRetained(filter, this.#retainedFor(session, filter, subscription))
      return subscription.qos
    })
  }

  /** @returns a code for each, as UNSUBACK has them */
  unsubscribe(session: Session, filters: readonly string[]): number[] {
    return filters.map((filter) => (this.#state.unsubscribe(session, filter) ? 0 : NO_SUBSCRIPTION))
  }

  *#retainedFor(session: Session, filter: string, { qos, id }: StoredSubscription): RetainedSource {
    const ids = id > 0 ? [id] : []
    for (const message of this.#state.retainedOf(filter)) {
      // After UNSUBSCRIBE nothing is added [MQTT-3.10.4-2].
      if (!session.subscriptions.has(filter)) return
      yield message && { message, grant: { qos: Math.min(qos, message.qos) as Qos, retain: true, ids } }
    }
  }
}
