import { type Draft, draftNamed } from '../schema/keywords.js'

/** AsyncAPI's schemas are a superset of draft 7: what is added are notes. */
const OF_ASYNCAPI: Draft = 'draft-07'

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
