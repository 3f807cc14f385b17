import { isJsonObject } from '../../core/catalogue/json-tree.js'
import type { CorrelationPlace, DescribedMessage } from '../described-message.js'
import type { Place } from '../place.js'
import type { DocumentReading } from './document-reading.js'
import { withTraits } from './traits.js'

/** Reads a message of a document. `key` names it in its map. */
export async function describeMessage(
  reading: DocumentReading,
  at: Place,
  key: string
): Promise<DescribedMessage> {
  const place = withTraits(reading, reading.objectAt(at))
  const headers = await reading.schemaOf(reading.files.child(place, 'headers'), undefined)
  const payload = await reading.schemaOf(
    reading.files.child(place, 'payload'),
    reading.version === 2 ? reading.textAt(place, 'schemaFormat') : undefined
  )
  const contentType = reading.textAt(place, 'contentType') ?? reading.defaultContentType
  const bindings = reading.at(place, 'bindings')
  const kafka = bindings === undefined ? undefined : reading.at(bindings, 'kafka')
  const keySchema = kafka === undefined ? undefined : reading.files.child(kafka, 'key')
  return {
    name: reading.textAt(place, 'name') ?? reading.textAt(place, 'messageId') ?? key,
    place,
    contentType,
    payload,
    headers,
    key: await reading.schemaOf(keySchema, undefined),
    correlation: correlationOf(reading, place)
  }
}

const EXPRESSION = /^\$message\.(header|payload)(?:#(\/.*)?)?$/

function correlationOf(reading: DocumentReading, message: Place): CorrelationPlace | undefined {
  const id = reading.at(message, 'correlationId')
  if (id === undefined || !isJsonObject(id.value)) return undefined
  const location = reading.textAt(id, 'location')
  if (location === undefined) return undefined
  const place = reading.files.child(id, 'location') ?? id
  const [, part, pointer = ''] = EXPRESSION.exec(location) ?? []
  if (part === undefined)
    throw reading.files.problem(place, 'it must be like $message.header#/NAME or $message.payload#/NAME')
  const steps = pointer.split('/').slice(1)
  return {
    part: part === 'header' ? 'headers' : 'payload',
    steps: steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~')),
    pointer,
    place
  }
}
