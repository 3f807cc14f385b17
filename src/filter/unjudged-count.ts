import type { Unjudged } from '../core/message-condition.js'

/** So many reasons are counted one by one: hostile messages can make up any number. */
const MOST_REASONS = 20

/** Counts messages that could not be judged, by the reason. */
export class UnjudgedCount {
  #count = 0
  readonly #reasons = new Map<string, number>()

  add(reason: string): void {
    this.#count++
    const known = this.#reasons.get(reason)
    if (known !== undefined || this.#reasons.size < MOST_REASONS) this.#reasons.set(reason, (known ?? 0) + 1)
  }

  get unjudged(): Unjudged {
    return { count: this.#count, reasons: [...this.#reasons].sort(([, few], [, many]) => many - few) }
  }
}
