import type { Grant, Subscription } from '../../core/connection.js'
import { TidingsError } from '../../core/errors.js'
import type { NetworkConnection } from './network-connection.js'
import type { IdentifiedSubscription } from './overlapping-subscriptions.js'
import { REASON } from './reason-codes.js'
import { SubscribeUnanswered } from './subscribe-packets.js'

/** A SUBSCRIBE over which the broker closes the connection this often is taken for refused: NATS and ejabberd answer so. */
const TRIES = 3

/** DISCONNECT reason codes by which a broker says that it closes for another reason than what it was asked [MQTT 5, section 3.14.2.1]. */
const ABOUT_OTHER_THINGS = new Set<number>([
  REASON.serverBusy,
  REASON.serverShuttingDown,
  REASON.keepAliveTimeout,
  REASON.sessionTakenOver,
  REASON.receiveMaximumExceeded,
  REASON.topicAliasInvalid,
  REASON.messageRateTooHigh,
  REASON.administrativeAction,
  REASON.useAnotherServer,
  REASON.serverMoved,
  REASON.connectionRateExceeded,
  REASON.maximumConnectTime
])

/** The subscriptions that the broker has granted. They are asked for again where the broker has forgotten them. */
export class GrantedSubscriptions {
  readonly #granted = new Map<string, IdentifiedSubscription>()
  /** Keys of those that were granted at QoS 0. */
  readonly #passing = new Set<string>()

  /** A broker that may know only a part of it is asked again. */
  #isRenewed = true

  /** Whether a broker is to be asked again, which has kept our session or has not. */
  mustRenew(hasSession: boolean): boolean {
    return this.#granted.size > 0 && !(hasSession && this.#isRenewed)
  }

  /** Whether messages may be missing that were published while there was no connection: many brokers keep none of QoS 0 for a session. */
  mayMiss(hasSession: boolean): boolean {
    return this.mustRenew(hasSession) || this.#passing.size > 0
  }

  /**
   * Subscribes on the network that `nextNetwork` resolves to, and on the next one if that is lost before the answer.
   * @throws TidingsError refused `subscribe-refused` after three such losses, and what `nextNetwork` throws
   */
  async ask(
    subscriptions: readonly IdentifiedSubscription[],
    nextNetwork: () => Promise<NetworkConnection>
  ): Promise<readonly Grant[]> {
    for (let refusals = 0; ; ) {
      const network = await nextNetwork()
      try {
        const grants = await network.subscribe(subscriptions)
        grants.forEach((grant, index) => {
          const subscription = subscriptions[index]
          if (grant.guarantee === undefined || subscription === undefined) return
          const key = keyOf(subscription)
          this.#granted.set(key, subscription)
          if (grant.guarantee === 0) this.#passing.add(key)
          else this.#passing.delete(key)
        })
        return grants
      } catch (error) {
        const { kind, reason, packet } = await network.ended
        // A broker that has answered in part did not close the connection over what it was asked.
        const isAnsweredInPart = error instanceof SubscribeUnanswered && error.isAnsweredInPart
        // Over what it sent itself, we closed the connection.
        const isAboutOtherThings =
          kind === 'protocol-error' || ABOUT_OTHER_THINGS.has(packet?.reasonCode ?? 0)
        const isRefusal = !isAnsweredInPart && !isAboutOtherThings
        if (isRefusal && ++refusals === TRIES) throw refused(subscriptions, reason)
      }
    }
  }

  /**
   * Asks for all subscriptions again. Returns the failure if the broker no longer grants one. If the network is lost meanwhile, the next
   * one asks again.
   */
  async renew(network: NetworkConnection): Promise<TidingsError | undefined> {
    this.#isRenewed = false
    try {
      const grants = await network.subscribe([...this.#granted.values()])
      this.#isRenewed = true
      const denied = grants.find(({ guarantee }) => guarantee === undefined)
      if (denied === undefined) return undefined
      const why = `the broker no longer grants it: ${denied.reason ?? 'refused'}`
      return new TidingsError('refused', `cannot subscribe to "${denied.pattern}" again: ${why}`, {
        code: 'subscribe-refused',
        details: { broker: network.traits.url }
      })
    } catch {
      return undefined
    }
  }
}

const keyOf = ({ group, pattern }: Subscription) => JSON.stringify([group, pattern])

function refused(subscriptions: readonly Subscription[], reason: string): TidingsError {
  const patterns = subscriptions.map(({ pattern }) => `"${pattern}"`).join(', ')
  return new TidingsError('refused', `cannot subscribe to ${patterns}: ${reason}, each time it is asked`, {
    code: 'subscribe-refused',
    suggestion: 'this broker may not allow or support such a pattern'
  })
}
