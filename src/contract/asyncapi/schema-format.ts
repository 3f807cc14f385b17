import { type Draft, draftNamed, OF_ASYNCAPI } from '../schema/keywords.js'

/** The draft of JSON Schema that a `schemaFormat` names; `undefined` for a format that is not JSON Schema. */
export function formatOf(format: string | undefined): Draft | undefined {
  if (format === undefined) return OF_ASYNCAPI
  if (/^application\/vnd\.aai\.asyncapi(?:\+(?:json|yaml))?\s*(?:;|$)/i.test(format)) return OF_ASYNCAPI
  if (
    /^application\/schema(?:\+(?:json|yaml))?\s*(?:;|$)/i.test(format) ||
    /^https?:.*\/schema#?$/.test(format)
  )
    return draftNamed(format) ?? OF_ASYNCAPI
  return undefined
}

/** Whether a `schemaFormat` is that of Avro. */
export const isAvro = (format: string | undefined): boolean =>
  format !== undefined && /^application\/vnd\.apache\.avro(?:\+(?:json|yaml))?\s*(?:;|$)/i.test(format)
