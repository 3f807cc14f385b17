import { compareNumbers } from '../catalogue/compare-numbers.js'
import {
  formatJson,
  isJsonObject,
  JsonNumber,
  type JsonObject,
  type JsonTree,
  jsonObject
} from '../catalogue/json-tree.js'
import { matchesPattern } from '../catalogue/name-pattern.js'
import type { DocumentPath } from './editable-document.js'

/** A change of a document. An edit without a value removes what is at the path. */
export interface Edit {
  readonly path: DocumentPath
  readonly value: JsonTree | undefined
}

/** Something observed that a documented schema does not allow or describe, and the edits that correct the schema. */
export interface SchemaGap {
  /** The gap in words, with the place: `temp: was also null`. */
  readonly text: string
  /** What the edits do, as an order: `let temp be null, too`. */
  readonly advice: string
  /** Paths start at the schema. */
  readonly edits: readonly Edit[]
}

/**
 * Compares a documented schema with an inferred one, and lists what must be added to the documented schema, or loosened, so that it
 * allows what was observed. Nothing is narrowed: a value that was not observed may still be right. A schema is trusted if it has a
 * keyword that inference does not use (`oneOf`, `not`, ...), and so is a reference.
 */
export function schemaGaps(
  documented: JsonTree | undefined,
  seen: JsonObject,
  place: readonly string[] = [],
  path: DocumentPath = []
): SchemaGap[] {
  if (!isJsonObject(documented) || isBeyondUs(documented)) return []
  const gaps = new Gaps(place.join('.') || 'payload', path)
  compareTypes(documented, seen, gaps)
  compareRequired(documented, seen, gaps)
  const below = compareProperties(documented, seen, place, path, gaps)
  below.push(...compareMaps(documented, seen, place, path, gaps))
  if (isJsonObject(seen.items)) {
    if (documented.items === undefined)
      gaps.add('its items are not described', 'describe the items of *', [['items'], seen.items])
    else below.push(...schemaGaps(documented.items, seen.items, [...place, '[]'], [...path, 'items']))
  }
  return [...gaps.list, ...below]
}

class Gaps {
  readonly list: SchemaGap[] = []

  constructor(
    private readonly name: string,
    private readonly path: DocumentPath
  ) {}

  /**
   * @param advice the order, in which `*` stands for the place
   * @param edits their paths start at the schema
   */
  add(
    what: string,
    advice: string,
    ...edits: readonly (readonly [path: DocumentPath, value: JsonTree | undefined])[]
  ): void {
    const placed = edits.map(([below, value]) => ({ path: [...this.path, ...below], value }))
    this.list.push({
      text: `${this.name}: ${what}`,
      advice: advice.replace('*', () => this.name),
      edits: placed
    })
  }
}

const BEYOND_US = ['$ref', 'oneOf', 'anyOf', 'allOf', 'not', 'if', 'const']

function isBeyondUs(schema: JsonObject): boolean {
  return BEYOND_US.some((keyword) => keyword in schema) || 'schemaFormat' in schema
}

function typesOf(schema: JsonObject): string[] {
  const { type } = schema
  if (Array.isArray(type)) return type.filter((each) => typeof each === 'string')
  return typeof type === 'string' ? [type] : []
}

function compareTypes(documented: JsonObject, seen: JsonObject, gaps: Gaps): void {
  const said = typesOf(documented)
  const missing = typesOf(seen).filter(
    (type) => !said.includes(type) && !(type === 'integer' && said.includes('number'))
  )
  if (said.length > 0 && missing.length > 0) {
    const all = [...said.filter((type) => type !== 'integer' || !missing.includes('number')), ...missing]
    gaps.add(`was also ${missing.join(' and ')}`, `let * be ${missing.join(' or ')}, too`, [
      ['type'],
      all.length === 1 ? (all[0] ?? null) : all
    ])
  }
  const { format } = documented
  const bySight = typesOf(seen).includes('string') && format !== undefined && seen.format !== format
  if (bySight && INFERRED_FORMATS.has(String(format)))
    gaps.add(`was not always ${String(format)}`, `take the format ${String(format)} off *`, [
      ['format'],
      undefined
    ])
  compareEnum(documented, seen, gaps)
  compareRange(documented, seen, gaps)
}

/** The formats that inference recognises. If inference did not find such a format, the observed strings did not have it. */
const INFERRED_FORMATS = new Set(['date-time', 'date', 'uuid', 'ipv4', 'ipv6', 'email', 'uri'])

function compareEnum(documented: JsonObject, seen: JsonObject, gaps: Gaps): void {
  if (!Array.isArray(documented.enum) || !Array.isArray(seen.enum)) return
  const said = new Set(documented.enum.map((value) => formatJson(value)))
  const missing = seen.enum.filter((value) => !said.has(formatJson(value)))
  if (missing.length === 0) return
  const { length } = documented.enum
  const edits = missing.map((value, i) => [['enum', length + i], value] as const)
  const values = missing.map((value) => formatJson(value)).join(', ')
  gaps.add(`was also ${values}`, `let * be ${values}, too`, ...edits)
}

function compareRange(documented: JsonObject, seen: JsonObject, gaps: Gaps): void {
  for (const [keyword, sign] of [
    ['minimum', -1],
    ['maximum', 1]
  ] as const) {
    const said = numberText(documented[keyword])
    const was = numberText(seen[keyword])
    if (said === undefined || was === undefined || compareNumbers(was, said) * sign <= 0) continue
    gaps.add(
      `was ${was}, beyond the ${keyword} of ${said}`,
      `move the ${keyword} of * from ${said} to ${was}`,
      [[keyword], new JsonNumber(was)]
    )
  }
}

function numberText(value: JsonTree | undefined): string | undefined {
  return value instanceof JsonNumber || typeof value === 'number'
    ? String(value instanceof JsonNumber ? value.text : value)
    : undefined
}

function compareRequired(documented: JsonObject, seen: JsonObject, gaps: Gaps): void {
  if (!Array.isArray(documented.required) || !typesOf(seen).includes('object')) return
  const always = new Set(Array.isArray(seen.required) ? seen.required : [])
  const isMap = seen.additionalProperties !== undefined || seen.patternProperties !== undefined
  const listed = isJsonObject(seen.properties) ? seen.properties : jsonObject()
  // Inference does not keep, for a name in a map, whether it was in every message.
  const isMissed = (name: JsonTree) => !always.has(name) && (!isMap || String(name) in listed)
  const missed = documented.required.filter(isMissed)
  if (missed.length === 0) return
  const rest = documented.required.filter((name) => !isMissed(name))
  const names = missed.map((name) => formatJson(name)).join(', ')
  gaps.add(`${names} was not always there`, `let * be without ${names}`, [
    ['required'],
    rest.length > 0 ? rest : undefined
  ])
}

function compareProperties(
  documented: JsonObject,
  seen: JsonObject,
  place: readonly string[],
  path: DocumentPath,
  gaps: Gaps
): SchemaGap[] {
  if (!isJsonObject(seen.properties)) return []
  const said = isJsonObject(documented.properties) ? documented.properties : jsonObject()
  const added: [string, JsonObject][] = []
  const below: SchemaGap[] = []
  for (const [name, schema] of Object.entries(seen.properties)) {
    if (!isJsonObject(schema)) continue
    const known = said[name]
    const inMap = known === undefined ? keywordFor(documented, name) : undefined
    if (inMap === TRUSTED) continue
    if (inMap !== undefined)
      below.push(...schemaGaps(at(documented, inMap), schema, [...place, '*'], [...path, ...inMap]))
    else if (known === undefined) added.push([name, schema])
    else below.push(...schemaGaps(known, schema, [...place, name], [...path, 'properties', name]))
  }
  if (added.length > 0) {
    const names = added.map(([name]) => JSON.stringify(name)).join(', ')
    gaps.add(
      `${names} not in the document`,
      `describe in * ${names}`,
      ...added.map(([name, schema]) => [['properties', name], schema] as const)
    )
  }
  return below
}

/** The path of the schema for a name that is not among the properties, if the document has such a schema. */
function keywordFor(documented: JsonObject, name: string): DocumentPath | typeof TRUSTED | undefined {
  const patterns = patternsOf(documented)
  const pattern = patterns.find((each) => matchesPattern(name, each))
  if (pattern !== undefined) return ['patternProperties', pattern]
  if (patterns.some((each) => matchesPattern(name, each) === undefined)) return TRUSTED
  return isJsonObject(documented.additionalProperties) ? ['additionalProperties'] : undefined
}

/** A schema is trusted if its pattern has a form that `matchesPattern` does not evaluate: an author wrote it, and knows what it is for. */
const TRUSTED = 'trusted'

function patternsOf({ patternProperties }: JsonObject): string[] {
  return isJsonObject(patternProperties) ? Object.keys(patternProperties) : []
}

function at(schema: JsonObject, path: DocumentPath): JsonTree | undefined {
  let value: JsonTree | undefined = schema
  for (const step of path) value = isJsonObject(value) ? value[step] : undefined
  return value
}

/** Compares a map of identifiers that was observed: whether the document describes it, and the schema of its values. */
function compareMaps(
  documented: JsonObject,
  seen: JsonObject,
  place: readonly string[],
  path: DocumentPath,
  gaps: Gaps
): SchemaGap[] {
  const { additionalProperties: values, patternProperties: patterns } = seen
  const maps: [DocumentPath, JsonTree][] = isJsonObject(patterns)
    ? Object.entries(patterns).map(([pattern, schema]) => [['patternProperties', pattern], schema])
    : []
  if (isJsonObject(values)) maps.push([['additionalProperties'], values])
  return maps.flatMap(([keyword, schema]) => {
    if (!isJsonObject(schema) || documented.additionalProperties === true) return []
    const known = at(documented, keyword) === undefined ? mapOf(documented) : keyword
    if (known === TRUSTED) return []
    if (known !== undefined)
      return schemaGaps(at(documented, known), schema, [...place, '*'], [...path, ...known])
    gaps.add(
      'names that are identifiers are not described',
      'describe the members of *, whose names are identifiers',
      [keyword, schema]
    )
    return []
  })
}

/** The path of the only map that a schema describes; of several maps, it is unknown which one is meant. */
function mapOf(documented: JsonObject): DocumentPath | typeof TRUSTED | undefined {
  const patterns = patternsOf(documented)
  const [pattern, ...others] = patterns
  if (patterns.some((each) => matchesPattern('', each) === undefined)) return TRUSTED
  if (isJsonObject(documented.additionalProperties)) return ['additionalProperties']
  return pattern !== undefined && others.length === 0 ? ['patternProperties', pattern] : undefined
}
