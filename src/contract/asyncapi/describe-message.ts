import { isJsonObject } from '../../core/catalogue/json-tree.js'
import { quoteName } from '../../core/visible-text.js'
import type { CorrelationPlace, DescribedMessage } from '../described-message.js'
import { formOf } from '../media-type.js'
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
  const headers = await reading.schemaOf(reading.files.child(place, 'headers'))
  const { payload, avro } = await reading.payloadOf(
    reading.files.child(place, 'payload'),
    reading.version === 2 ? reading.textAt(place, 'schemaFormat') : undefined
  )
  const contentType = reading.textAt(place, 'contentType') ?? reading.defaultContentType
  const describesText = payload !== undefined && reading.parts.validator.describesText(payload)
  const form = formOf(contentType) ?? (describesText ? 'either' : 'json')
  if (payload !== undefined && form === 'neither')
    reading.leave(place, `payloads of ${quoteName(contentType ?? '')} are not checked`)
  return {
    name: reading.textAt(place, 'name') ?? reading.textAt(place, 'messageId') ?? key,
    place,
    contentType,
    form,
    payload,
    avro,
    headers,
    key: await reading.schemaOf(keyOf(reading, place)),
    correlation: correlationOf(reading, place)
  }
}

/** The schema of the key, in the binding of a protocol that has keys. */
function keyOf(reading: DocumentReading, message: Place): Place | undefined {
  const bindings = reading.at(message, 'bindings')
  if (bindings === undefined || !isJsonObject(bindings.value)) return undefined
  for (const protocol of Object.keys(bindings.value)) {
    const binding = reading.at(bindings, protocol)
    const key = binding === undefined ? undefined : reading.files.child(binding, 'key')
    if (key !== undefined) return key
  }
  return undefined
}

const EXPRESSION = /^\$message\.(header|payload)(?:#(\/.*)?)?$/

function correlationOf(reading: DocumentReading, message: Place): CorrelationPlace | undefined {
  const id = reading.at(message, 'correlationId')
  if (id === undefined || !isJsonObject(id.value)) return undefined
  reading.lookAt(id, 'correlation id')
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
