import type { Violation } from '../core/contract.js'
import type { Message } from '../core/message.js'
import type { CorrelationPlace } from './described-message.js'
import { headersValue } from './headers-value.js'
import type { MessageValue } from './message-value.js'
import type { Json } from './schema/same-values.js'

/**
 * That a message lacks what an answer is recognised by, where the document says that it is; `undefined` if it is there. A protocol that
 * has a place of its own for it may have it there instead of in a header.
 */
export function correlationViolation(
  { part, steps, pointer }: CorrelationPlace,
  message: Message,
  value: MessageValue,
  schema = ''
): Violation | undefined {
  if (part === 'headers' && message.correlation !== undefined) return undefined
  const whole: Json | undefined = part === 'headers' ? headersValue(message) : value.json
  if (isThere(whole, steps)) return undefined
  return {
    part: 'correlation',
    pointer,
    rule: 'correlationId',
    expected: `a correlation id in the ${part}`,
    found: 'nothing there',
    schema
  }
}

function isThere(whole: Json | undefined, steps: readonly string[]): boolean {
  let at = whole
  for (const step of steps) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return false
    at = Array.isArray(at) ? at[Number(step)] : at[step]
  }
  return at !== undefined
}
