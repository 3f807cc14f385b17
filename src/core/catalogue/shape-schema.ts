import { identifierGroups } from './identifier-groups.js'
import { JsonNumber, type JsonObject, type JsonTree, jsonObject } from './json-tree.js'
import { SURE } from './level-kind.js'
import type { MemberShapes } from './member-shapes.js'
import { patternOfNames } from './name-pattern.js'
import { preferredFormat } from './string-format.js'
import { ValueShape } from './value-shape.js'

/** Texts become an enum if at least so many texts were seen, and each different text at least `EACH_SEEN` times. */
const ENUM_EVIDENCE = 20
const EACH_SEEN = 3
/** The range of numbers is stated if at least so many numbers were seen, and their later half did not widen the range. */
const RANGE_EVIDENCE = 100
/** How many places the schema of a map's values may have. */
const MOST_PLACES = 1000

/**
 * Infers a JSON Schema (draft 7, which AsyncAPI uses). The schema accepts every value that the shape has seen. A name is required if
 * every object had it. A format, an enum or a range is stated only if all values agree, and enough values were seen. No object is
 * closed: names that were not seen stay allowed.
 */
export function shapeSchema(shape: ValueShape): JsonObject {
  const types = shapeTypes(shape)
  const schema = jsonObject()
  if (types.length > 0) schema.type = types.length === 1 ? (types[0] ?? null) : types
  describeTexts(shape, types, schema)
  describeNumbers(shape, schema)
  if (shape.items) schema.items = shapeSchema(shape.items)
  describeObjects(shape, schema)
  return schema
}

/** The JSON Schema types of the values seen, `null` last. */
export function shapeTypes(shape: ValueShape): string[] {
  const types: string[] = []
  if (shape.objects) types.push('object')
  if (shape.arrays > 0) types.push('array')
  if (shape.texts) types.push('string')
  if (shape.numbers) types.push(shape.numbers.integers === shape.numbers.count ? 'integer' : 'number')
  if (shape.booleans > 0) types.push('boolean')
  if (shape.nulls > 0) types.push('null')
  return types
}

function describeTexts(shape: ValueShape, types: readonly string[], schema: JsonObject): void {
  const facts = shape.texts
  if (facts === undefined) return
  const format = preferredFormat(facts.formats)
  if (format !== undefined) {
    schema.format = format
    return
  }
  const onlyTexts = types.every((type) => type === 'string' || type === 'null')
  if (!onlyTexts || facts.texts === undefined || facts.count < ENUM_EVIDENCE) return
  const texts = [...facts.texts]
  if (texts.some(([, times]) => times < EACH_SEEN)) return
  const values: JsonTree[] = texts.map(([text]) => text).sort()
  schema.enum = shape.nulls > 0 ? [...values, null] : values
}

function describeNumbers(shape: ValueShape, schema: JsonObject): void {
  const facts = shape.numbers
  if (facts === undefined || facts.count < RANGE_EVIDENCE || facts.steady * 2 < facts.count) return
  schema.minimum = new JsonNumber(facts.least)
  schema.maximum = new JsonNumber(facts.greatest)
}

function describeObjects(shape: ValueShape, schema: JsonObject): void {
  const objects = shape.objects
  if (objects === undefined) return
  if (objects.members === undefined) {
    if (objects.anyMember) schema.additionalProperties = shapeSchema(objects.anyMember)
    return
  }
  if (objects.members.size === 0) return
  const { listed, maps } = divideMembers(objects.members)
  const properties = jsonObject()
  for (const [name, member] of listed) properties[name] = shapeSchema(member)
  if (listed.length > 0) schema.properties = properties
  if (!objects.lost) describeMaps(maps, listed.length === 0, schema)
  const required = listed.filter(([, member]) => member.count === objects.count).map(([name]) => name)
  if (required.length > 0) schema.required = required
}

type Member = readonly [name: string, shape: ValueShape]

interface MapOfNames {
  readonly pattern: string
  readonly members: readonly Member[]
}

/** Divides the names of an object into properties and maps. Names that surely are identifiers, and numbers, are keys of a map. */
function divideMembers(members: MemberShapes) {
  const groups = identifierGroups(members, ([name]) => name).filter(
    ({ fewest, members }) => fewest <= SURE || members.every(([name]) => /^\d+$/.test(name))
  )
  const inMaps = new Set(groups.flatMap((group) => group.members.map(([name]) => name)))
  const listed = [...members].filter(([name]) => !inMaps.has(name))
  const maps = groups.map(({ word = '', members }): MapOfNames => {
    const names = members.map(([name]) => name)
    return {
      pattern: patternOfNames(names, names.every((name) => name.startsWith(word)) ? word : ''),
      members
    }
  })
  return { listed, maps }
}

function describeMaps(maps: readonly MapOfNames[], isMapAlone: boolean, schema: JsonObject): void {
  const [first] = maps
  if (first === undefined) return
  if (isMapAlone) {
    schema.additionalProperties = mergedSchema(maps.flatMap(({ members }) => members))
    return
  }
  const patterns = jsonObject()
  for (const { pattern, members } of maps) patterns[pattern] = mergedSchema(members)
  schema.patternProperties = patterns
}

function mergedSchema(members: readonly Member[]): JsonObject {
  const merged = new ValueShape({ places: MOST_PLACES })
  for (const [, shape] of members) merged.merge(shape)
  return shapeSchema(merged)
}
