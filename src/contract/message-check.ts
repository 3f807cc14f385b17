import type { Violation } from '../core/contract.js'
import type { Message } from '../core/message.js'
import { decodeUtf8 } from '../core/utf8.js'
import { type AvroPayload, avroViolation } from './avro/avro-payload.js'
import { correlationViolation } from './correlation.js'
import type { DescribedMessage } from './described-message.js'
import { headersValue } from './headers-value.js'
import { contentTypeViolation, isOfMediaType, type PayloadForm } from './media-type.js'
import type { MessageValue } from './message-value.js'
import type { Json } from './schema/same-values.js'
import type { SchemaViolations } from './schema/schema-violations.js'
import type { SchemaUse, Validator } from './schema/validator.js'
import type { WorkBudget } from './work-budget.js'

type Test = (value: Json) => boolean

/** Why a message is not the one that is described, and how far it is from that. */
export interface Difference {
  readonly violations: readonly Violation[]
  readonly distance: number
}

/** Checks messages against one described message. Schemas are compiled when the first message comes. */
export class MessageCheck {
  readonly #form: PayloadForm
  #payload: Test | undefined
  #headers: Test | undefined
  #key: Test | undefined

  constructor(
    readonly described: DescribedMessage,
    private readonly validator: Validator,
    private readonly explainer: SchemaViolations,
    private readonly budget: WorkBudget
  ) {
    this.#form = described.form
  }

  /** Whether a message, whose payload `value` is, is what is described. */
  isKept(message: Message, value: MessageValue): boolean {
    const { described } = this
    if (described.contentType !== undefined && !isOfMediaType(message, described.contentType)) return false
    if (described.payload !== undefined && !this.#isPayloadKept(described.payload, value)) return false
    if (described.avro !== undefined && this.#avroViolation(described.avro, value) !== undefined) return false
    if (described.headers !== undefined) {
      this.#headers ??= this.validator.testOf(described.headers, true)
      if (!this.#headers(headersValue(message))) return false
    }
    if (described.key !== undefined && !this.#isKeyKept(described.key, message)) return false
    return (
      described.correlation === undefined ||
      correlationViolation(described.correlation, message, value) === undefined
    )
  }

  /** What is wrong with a message that is not kept. */
  difference(message: Message, value: MessageValue): Difference {
    const { contentType, payload, avro, headers, key, correlation } = this.described
    const violations: Violation[] = []
    let distance = 0
    const explain = (part: Violation['part'], schema: SchemaUse, given: Json, readsTexts: boolean) => {
      const explanation = this.explainer.explain(schema, given, { readsTexts, isLarge: value.isLarge })
      violations.push(...explanation.violations.map((violation) => ({ part, ...violation })))
      distance += explanation.distance
    }
    const add = (violation: Violation | undefined, weight: number) => {
      if (violation === undefined) return
      violations.push(violation)
      distance += weight
    }
    if (contentType !== undefined && !isOfMediaType(message, contentType))
      add(
        contentTypeViolation(
          message,
          contentType,
          this.explainer.schemaAt(this.described.place, 'contentType')
        ),
        100
      )
    if (payload !== undefined && this.#form !== 'neither' && !this.#isPayloadKept(payload, value)) {
      const given = this.#form === 'text' ? value.text : value.json
      const schema = this.explainer.schemaAt(payload.place)
      if (given === undefined)
        add(this.#form === 'text' ? value.notText(schema) : value.notJson(schema), 1000)
      else explain('payload', payload, given, false)
    }
    if (avro !== undefined) add(this.#avroViolation(avro, value), 100)
    if (headers !== undefined) explain('headers', headers, headersValue(message), true)
    if (key !== undefined && !this.#isKeyKept(key, message)) explain('key', key, keyOf(message), true)
    if (correlation !== undefined)
      add(correlationViolation(correlation, message, value, this.explainer.schemaAt(correlation.place)), 1)
    return { violations, distance }
  }

  #isPayloadKept(schema: SchemaUse, value: MessageValue): boolean {
    if (this.#form === 'neither') return true
    this.#payload ??= this.validator.testOf(schema, false)
    if (this.#form !== 'text') {
      const { json } = value
      if (json !== undefined && this.#payload(json)) return true
      if (this.#form === 'json') return false
    }
    const { text } = value
    return text !== undefined && this.#payload(text)
  }

  #avroViolation(avro: AvroPayload, value: MessageValue): Violation | undefined {
    return avroViolation(avro, value, this.explainer.schemaAt(avro.place), this.budget)
  }

  /** A message without a key may be of a protocol that has none. */
  #isKeyKept(schema: SchemaUse, message: Message): boolean {
    if (message.key === undefined) return true
    this.#key ??= this.validator.testOf(schema, true)
    return this.#key(keyOf(message))
  }
}

const keyOf = ({ key = '' }: Message): Json => (typeof key === 'string' ? key : decodeUtf8(key))
