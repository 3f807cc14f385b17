import { MOST_VIOLATIONS, NO_VIOLATIONS, type Violation } from '../core/contract.js'
import type { Message } from '../core/message.js'
import type { MessageCheck } from './message-check.js'
import type { MessageValue } from './message-value.js'
import { cut } from './words/value-words.js'
import type { WorkBudget } from './work-budget.js'

/** So many described messages are compared in order to find the nearest. */
const MOST_COMPARED = 64

/** Checks the messages of one described channel. */
export class CheckedChannel {
  /** The described message that the last one was: the next one is likely to be the same. */
  #last = 0

  /** @param checks one for each described message; none if any message may come */
  constructor(
    private readonly checks: readonly MessageCheck[],
    private readonly budget: WorkBudget
  ) {}

  /** In what a message, whose payload `value` is, breaks the contract. It keeps the contract if it is one of the described messages. */
  check(message: Message, value: MessageValue): readonly Violation[] {
    const { length } = this.checks
    this.budget.renew()
    for (let tried = 0; tried < length; tried++) {
      const at = (this.#last + tried) % length
      if (!this.checks[at]?.isKept(message, value)) continue
      this.#last = at
      return NO_VIOLATIONS
    }
    return length === 0 ? NO_VIOLATIONS : this.#nearest(message, value)
  }

  #nearest(message: Message, value: MessageValue): readonly Violation[] {
    this.budget.renew()
    const differences = this.checks.slice(0, MOST_COMPARED).map((check) => ({
      check,
      ...check.difference(message, value)
    }))
    const [nearest] = differences.sort((a, b) => a.distance - b.distance)
    const violations = nearest?.violations.slice(0, MOST_VIOLATIONS) ?? []
    const { length } = this.checks
    const unread = violations.find(isUnread)
    // What cannot be read is as far from any of them.
    if (length > 1 && unread !== undefined) return [unread]
    if (length === 1 || nearest === undefined) return violations
    const note = ` (in ${JSON.stringify(cut(nearest.check.described.name, 40))}, the nearest of ${length} messages)`
    return violations.map((violation) => ({ ...violation, expected: cut(violation.expected, 120) + note }))
  }
}

const isUnread = ({ part, rule }: Violation): boolean =>
  part === 'payload' && (rule === 'json' || rule === 'text')
