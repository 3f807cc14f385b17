import type { Violation } from './contract.js'

/** One sentence: where a message is wrong, what is expected there, and what came. It may hold control characters. */
export const describeViolation = (violation: Violation): string =>
  `${describeWithoutRule(violation)} (${violation.rule})`

/** The same, to stand beside the rule. */
export function describeWithoutRule({ part, pointer, expected, found }: Violation): string {
  const place = pointer === '' ? part : `${part} ${pointer}`
  return `${place}: expected ${expected}, found ${found}`
}
