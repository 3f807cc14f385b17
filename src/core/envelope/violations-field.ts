import type { Violation } from '../contract.js'
import { quoteJson } from './json-string.js'

/** The field that says in what a message breaks its contract, with the comma before it. Readers of envelopes ignore the field. */
export function formatViolations(violations: readonly Violation[]): string {
  return `,"violations":[${violations.map(formatViolation).join(',')}]`
}

/** One violation as a JSON object without terminal controls. */
export function formatViolation({ part, pointer, rule, expected, found, schema }: Violation): string {
  const members = Object.entries({ part, pointer, rule, expected, found, schema })
  return `{${members.map(([name, value]) => `"${name}":${quoteJson(value)}`).join(',')}}`
}
