import type { Contract, Violation } from './contract.js'
import { type Message, payloadSize } from './message.js'
import { ViolationTally } from './violation-tally.js'

/**
 * What happens to messages that break a contract. `mark`: they are wanted like all others, with what is wrong; `only`: only they are
 * wanted; `skip`: they are left out; `stop`: the first one is the last message that is wanted.
 */
export const INVALID_WISHES = ['mark', 'only', 'skip', 'stop'] as const
export type InvalidWish = (typeof INVALID_WISHES)[number]

/** Bytes that are checked in the time of a step, as `MessageCondition` has it. */
const BYTES_A_STEP = 64

/** Checks the messages of one stream against a contract, and counts what is wrong. */
export class ContractCheck {
  readonly tally = new ViolationTally()
  /** The first message that breaks the contract has come, and nothing is wanted after it. */
  isStopped = false
  /** The work that was done, in steps as those of `MessageCondition`. */
  steps = 0

  constructor(
    readonly contract: Contract,
    readonly invalid: InvalidWish = 'mark'
  ) {}

  /**
   * The message if it is wanted: itself if it keeps the contract, otherwise a copy that carries what is wrong.
   * @returns undefined if it is not wanted
   */
  pass(message: Message): Message | undefined {
    this.steps += 1 + Math.floor(payloadSize(message) / BYTES_A_STEP)
    const violations = this.contract.check(message)
    this.tally.add(message.channel, violations)
    if (violations.length === 0) return this.invalid === 'only' ? undefined : message
    if (this.invalid === 'skip') return undefined
    if (this.invalid === 'stop') this.isStopped = true
    return withViolations(message, violations)
  }
}

const withViolations = (message: Message, violations: readonly Violation[]): Message => ({
  ...message,
  violations
})
