import type { Violation } from '../../core/contract.js'
import { viewOf } from '../../core/utf8.js'
import type { MessageValue } from '../message-value.js'
import type { Place } from '../place.js'
import { cut } from '../words/value-words.js'
import type { WorkBudget } from '../work-budget.js'
import { checkAvroBinary } from './avro-binary.js'
import { checkAvroJson } from './avro-json.js'
import { mistakeOf } from './avro-mistake.js'
import type { AvroType } from './avro-type.js'

/** A payload that a schema of Avro describes. */
export interface AvroPayload {
  readonly place: Place
  readonly type: AvroType
}

/** How Confluent's clients begin a payload: a zero, and the number of a schema in their registry in four bytes. */
const WIRE_HEADER = 5

/**
 * In what a payload is not what a schema of Avro says; `undefined` if it is. It may be in Avro's binary or JSON encoding, and in the
 * former may begin with the number of a schema, as Confluent's clients write it: a content type rarely says which. What is told is of the
 * encoding that the payload looks like.
 */
export function avroViolation(
  { type }: AvroPayload,
  value: MessageValue,
  schema: string,
  budget: WorkBudget
): Violation | undefined {
  const bytes = value.bytes ?? new Uint8Array(0)
  const { json } = value
  const binary = mistakeOf(() => checkAvroBinary(type, bytes, budget))
  if (binary === undefined) return undefined
  const isNumbered = bytes[0] === 0 && bytes.length >= WIRE_HEADER
  const numbered = isNumbered
    ? mistakeOf(() => checkAvroBinary(type, viewOf(bytes, WIRE_HEADER), budget))
    : binary
  if (numbered === undefined) return undefined
  const other = json === undefined ? binary : mistakeOf(() => checkAvroJson(type, json, budget))
  if (other === undefined) return undefined
  const further = numbered.right > binary.right ? numbered : binary
  const { pointer, expected, found } = looksLikeJson(bytes) ? other : further
  return {
    part: 'payload',
    pointer: cut(pointer, 500),
    rule: 'avro',
    expected: cut(expected),
    found: cut(found),
    schema
  }
}

/** Whether a payload begins as JSON does whose value is more than a number or a word. */
const looksLikeJson = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x7b || bytes[0] === 0x5b || bytes[0] === 0x22
