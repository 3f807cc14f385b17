import type { Grant, Subscription } from '../../core/connection.js'
import type { Guarantee } from '../../core/message.js'
import type { WhyNot } from '../../core/why-not.js'
import type { QueueWish } from './queue-wish.js'

/** What the subscribers of one queue are answered. */
export class ReadingAnswer {
  /** The first answer, in the order of the subscriptions. */
  readonly first: Promise<readonly Grant[]>
  readonly #wish: QueueWish
  readonly #end: Promise<void>
  #resolve: (grants: readonly Grant[]) => void = () => {}
  #isGranted = false

  /** @param end resolves when everything is taken that was there at the start */
  constructor(wish: QueueWish, end: Promise<void>) {
    this.#wish = wish
    this.#end = end
    this.first = new Promise((resolve) => {
      this.#resolve = resolve
    })
  }

  /** Whether the first answer was yes. */
  get isGranted(): boolean {
    return this.#isGranted
  }

  /** Says yes, unless the first answer was given. */
  grant(): void {
    this.#isGranted = true
    this.#resolve(this.#wish.subscriptions.map((subscription) => this.grantOf(subscription)))
  }

  /** Says no, for the subscriptions at these places. */
  refuse(whyNot: WhyNot, isWrong: (at: number) => boolean): void {
    this.#resolve(
      this.#wish.subscriptions.map((subscription, at) =>
        isWrong(at)
          ? { pattern: subscription.pattern, guarantee: undefined, ...whyNot }
          : this.grantOf(subscription)
      )
    )
  }

  grantOf({ pattern, guarantee, untilEnd }: Subscription): Grant {
    const granted: Guarantee = guarantee === 0 ? 0 : 1
    return {
      pattern,
      guarantee: granted,
      ...(this.#wish.owner.kind === 'foreign' && { isQueue: true }),
      ...(untilEnd === true && { end: this.#end })
    }
  }
}
