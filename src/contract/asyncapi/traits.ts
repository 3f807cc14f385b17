import { isJsonObject, type JsonTree, jsonObject } from '../../core/catalogue/json-tree.js'
import type { Place } from '../place.js'
import type { DocumentReading } from './document-reading.js'

/**
 * A message with what its traits add. In version 3 the message wins over its traits, and a trait over those before it. In version 2 the
 * traits are merged into the message one after another, so that they win (both say so under "Traits Merge Mechanism").
 */
export function withTraits(reading: DocumentReading, message: Place): Place {
  const traits = reading.itemsAt(message, 'traits')
  for (const each of [message, ...traits]) reading.lookAt(each, 'message')
  if (traits.length === 0) return message
  const order = reading.version === 2 ? [message, ...traits] : [...traits, message]
  let merged: JsonTree = jsonObject()
  for (const { value } of order) merged = mergePatch(reading, merged, value)
  if (!isJsonObject(merged)) return message
  delete merged.traits
  return reading.files.remember(merged, message)
}

/** JSON Merge Patch (RFC 7396). What both sides have is merged, also where one of them is a reference to it. */
function mergePatch(reading: DocumentReading, target: JsonTree, patch: JsonTree): JsonTree {
  if (!isJsonObject(patch)) return patch
  const merged = jsonObject()
  if (isJsonObject(target)) Object.assign(merged, target)
  for (const [name, member] of Object.entries(patch)) {
    const before = merged[name]
    if (member === null) delete merged[name]
    else if (!isJsonObject(before) || !isJsonObject(member)) merged[name] = member
    else merged[name] = mergePatch(reading, resolvedValue(reading, before), resolvedValue(reading, member))
  }
  const place =
    reading.files.placeOf(patch) ?? (isJsonObject(target) ? reading.files.placeOf(target) : undefined)
  if (place !== undefined) reading.files.remember(merged, place)
  return merged
}

function resolvedValue({ files, parts }: DocumentReading, value: JsonTree): JsonTree {
  const place = isJsonObject(value) ? files.placeOf(value) : undefined
  return place === undefined ? value : parts.references.follow(place).value
}
