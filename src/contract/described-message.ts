import type { AvroPayload } from './avro/avro-payload.js'
import type { PayloadForm } from './media-type.js'
import type { Place } from './place.js'
import type { SchemaUse } from './schema/validator.js'

/** A message as a document describes it. */
export interface DescribedMessage {
  readonly name: string
  readonly place: Place
  /** As the message, or the document for all messages, says it. */
  readonly contentType: string | undefined
  readonly form: PayloadForm
  /** Absent where nothing is described, or what is described is not checked. */
  readonly payload?: SchemaUse | undefined
  /** The payload where a schema of Avro describes it. */
  readonly avro?: AvroPayload | undefined
  readonly headers?: SchemaUse | undefined
  readonly key?: SchemaUse | undefined
  readonly correlation?: CorrelationPlace | undefined
}

/** Where a message has what an answer is recognised by. */
export interface CorrelationPlace {
  readonly part: 'headers' | 'payload'
  /** A JSON pointer, as its steps. */
  readonly steps: readonly string[]
  readonly pointer: string
  readonly place: Place
}

/** A channel as a document describes it. */
export interface DescribedChannel {
  readonly address: string
  readonly place: Place
  readonly parameters: ReadonlyMap<string, DescribedParameter>
  /** Absent where the document says nothing of messages, so that any message may come. */
  readonly messages: readonly DescribedMessage[] | undefined
}

/** What may stand for a parameter in an address; anything where neither is there. */
export interface DescribedParameter {
  readonly place: Place
  readonly values?: readonly string[] | undefined
  readonly schema?: SchemaUse | undefined
}

/** What a document describes. */
export interface DescribedApi {
  readonly channels: readonly DescribedChannel[]
  /** What is not checked, and why: a sentence each. */
  readonly unchecked: readonly string[]
}
