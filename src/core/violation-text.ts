import type { Violation } from './contract.js'

/** One sentence: where a message is wrong, what is expected there, and what came. It may hold control characters. */
export function describeViolation({ part, pointer, rule, expected, found }: Violation): string {
  const place = pointer === '' ? part : `${part} ${pointer}`
  return `${place}: expected ${expected}, found ${found} (${rule})`
}
