import type { Violation } from '../contract.js'

/** So many rules of an incident are told one by one. */
const MOST_TOLD = 5

/** A rule of a contract, in how many messages it was broken, and how the first of them broke it. */
export interface BrokenRule {
  readonly violation: Violation
  count: number
}

/** The rules that the messages of an incident broke, in bounded memory. */
export class BrokenRules {
  readonly told: BrokenRule[]
  /** How many times a rule was broken that is not among them. */
  further = 0

  /** @param count how many messages have broken the first rule */
  constructor(first: Violation, count: number) {
    this.told = [{ violation: first, count }]
  }

  /**
   * Counts what a message breaks: a rule once, in however many places.
   * @param hasRoom whether rules may be told that were not before
   * @returns how many were added
   */
  add(violations: readonly Violation[], hasRoom: boolean): number {
    let added = 0
    for (const [at, each] of violations.entries()) {
      if (violations.findIndex((other) => isAlike(each, other)) < at) continue
      const known = this.told.find(({ violation }) => isAlike(each, violation))
      if (known !== undefined) known.count++
      else if (hasRoom && this.told.length < MOST_TOLD) {
        this.told.push({ violation: each, count: 1 })
        added++
      } else this.further++
    }
    return added
  }
}

/** Whether two violations are of one rule: in the same place of the contract. */
export const isAlike = (one: Violation, other: Violation): boolean =>
  one.rule === other.rule && one.part === other.part && one.schema === other.schema
