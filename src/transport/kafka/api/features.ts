import { VERSION } from '../../../core/version.js'
import { KafkaReader } from '../wire/kafka-reader.js'
import type { KafkaWriter } from '../wire/kafka-writer.js'
import type { Api } from './api.js'
import type { SpokenVersions } from './api-versions.js'

export interface Features {
  readonly error: number
  readonly apis: readonly SpokenVersions[]
  /** The highest level of each feature that this broker knows. */
  readonly supported: ReadonlyMap<string, number>
  /** The level of each feature that the cluster uses. */
  readonly finalized: ReadonlyMap<string, number>
}

/** The numbers of tagged fields. */
const SUPPORTED = 0
const FINALIZED = 2

/**
 * Asks a broker which APIs and which features it has. Of all requests this one alone is spoken in a version with tagged fields: there is no
 * other way to hear of features.
 */
export const features: Api<undefined, Features> = {
  name: 'ApiVersions',
  key: 18,
  minVersion: 3,
  maxVersion: 3,
  write(to) {
    // The end of the header.
    noTaggedFields(to)
    compactText(to, 'tidings')
    compactText(to, VERSION)
    noTaggedFields(to)
  },
  read(from) {
    const error = from.int16()
    const supported = new Map<string, number>()
    const finalized = new Map<string, number>()
    // A broker that does not know the version answers in another form.
    if (error !== 0) return { error, apis: [], supported, finalized }
    const apis = compactArray(from, () => {
      const api = { key: from.int16(), min: from.int16(), max: from.int16() }
      taggedFields(from, () => {})
      return api
    })
    from.int32()
    taggedFields(from, (tag, field) => {
      if (tag === SUPPORTED)
        readFeatures(field, (name, _min, max) => {
          supported.set(name, max)
        })
      // Here the highest level comes first.
      else if (tag === FINALIZED)
        readFeatures(field, (name, max) => {
          finalized.set(name, max)
        })
    })
    return { error, apis, supported, finalized }
  }
}

function readFeatures(from: KafkaReader, take: (name: string, first: number, second: number) => void): void {
  compactArray(from, () => {
    take(from.bytes(from.variableInteger() - 1).toString(), from.int16(), from.int16())
    taggedFields(from, () => {})
  })
}

function compactText(to: KafkaWriter, text: string): void {
  to.variableInteger(Buffer.byteLength(text) + 1)
  to.bytes(Buffer.from(text))
}

const noTaggedFields = (to: KafkaWriter): void => to.byte(0)

/** Each item takes one byte at least, so that a forged count cannot take memory. */
function compactArray<Item>(from: KafkaReader, read: () => Item): Item[] {
  const count = from.variableInteger() - 1
  if (count > from.left) throw new RangeError('an array that runs beyond its end')
  const items: Item[] = []
  for (let index = 0; index < count; index++) items.push(read())
  return items
}

function taggedFields(from: KafkaReader, take: (tag: number, field: KafkaReader) => void): void {
  for (let left = from.variableInteger(); left > 0; left--) {
    const tag = from.variableInteger()
    const size = from.variableInteger()
    take(tag, new KafkaReader(from.bytes(size), 0, size))
  }
}
