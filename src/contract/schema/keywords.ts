/** Drafts of JSON Schema, the oldest first. */
export const DRAFTS = ['draft-04', 'draft-06', 'draft-07', '2019-09', '2020-12'] as const
export type Draft = (typeof DRAFTS)[number]

/** AsyncAPI's schemas are a superset of draft 7: what is added are notes. */
export const OF_ASYNCAPI: Draft = 'draft-07'

/** What the value of a keyword must be. */
export type Shape =
  | 'schema'
  | 'schemas'
  | 'schema or schemas'
  | 'schema map'
  | 'schema map by pattern'
  | 'schemas or names'
  | 'number'
  | 'positive number'
  | 'number or flag'
  | 'size'
  | 'flag'
  | 'text'
  | 'pattern'
  | 'names'
  | 'names map'
  | 'types'
  | 'value'
  | 'values'
  | 'reference'

/** A keyword that decides whether a value is valid. */
export interface Keyword {
  readonly name: string
  readonly shape: Shape
  /** Whether its schemas are for the same value as the schema that it is in: they may lead back to that schema without end. */
  readonly isSame: boolean
}

type Row = readonly [names: string, shape: Shape, since: Draft, until: Draft, isSame?: 'same']

const ROWS: readonly Row[] = [
  ['type', 'types', 'draft-04', '2020-12'],
  ['enum', 'values', 'draft-04', '2020-12'],
  ['const', 'value', 'draft-06', '2020-12'],
  ['multipleOf', 'positive number', 'draft-04', '2020-12'],
  ['maximum minimum', 'number', 'draft-04', '2020-12'],
  ['exclusiveMaximum exclusiveMinimum', 'number or flag', 'draft-04', 'draft-04'],
  ['exclusiveMaximum exclusiveMinimum', 'number', 'draft-06', '2020-12'],
  ['maxLength minLength maxItems minItems maxProperties minProperties', 'size', 'draft-04', '2020-12'],
  ['maxContains minContains', 'size', '2019-09', '2020-12'],
  ['pattern', 'pattern', 'draft-04', '2020-12'],
  ['format', 'text', 'draft-04', '2020-12'],
  ['uniqueItems', 'flag', 'draft-04', '2020-12'],
  ['required', 'names', 'draft-04', '2020-12'],
  ['dependentRequired', 'names map', '2019-09', '2020-12'],
  ['dependencies', 'schemas or names', 'draft-04', '2020-12', 'same'],
  ['properties', 'schema map', 'draft-04', '2020-12'],
  ['patternProperties', 'schema map by pattern', 'draft-04', '2020-12'],
  ['additionalProperties', 'schema', 'draft-04', '2020-12'],
  ['items', 'schema or schemas', 'draft-04', '2019-09'],
  ['additionalItems', 'schema', 'draft-04', '2019-09'],
  ['prefixItems', 'schemas', '2020-12', '2020-12'],
  ['items', 'schema', '2020-12', '2020-12'],
  ['contains propertyNames', 'schema', 'draft-06', '2020-12'],
  ['allOf anyOf oneOf', 'schemas', 'draft-04', '2020-12', 'same'],
  ['not', 'schema', 'draft-04', '2020-12', 'same'],
  ['if then else', 'schema', 'draft-07', '2020-12', 'same'],
  ['dependentSchemas', 'schema map', '2019-09', '2020-12', 'same'],
  ['unevaluatedItems unevaluatedProperties', 'schema', '2019-09', '2020-12'],
  ['$ref', 'reference', 'draft-04', '2020-12', 'same'],
  ['$recursiveRef', 'reference', '2019-09', '2019-09', 'same'],
  ['$dynamicRef', 'reference', '2020-12', '2020-12', 'same']
]

const isBetween = (draft: Draft, since: Draft, until: Draft): boolean =>
  DRAFTS.indexOf(since) <= DRAFTS.indexOf(draft) && DRAFTS.indexOf(draft) <= DRAFTS.indexOf(until)

function keywordsOf(draft: Draft): ReadonlyMap<string, Keyword> {
  const rows = ROWS.filter(([, , since, until]) => isBetween(draft, since, until))
  return new Map(
    rows.flatMap(([names, shape, , , same]) =>
      names.split(' ').map((name) => [name, { name, shape, isSame: same === 'same' }] as const)
    )
  )
}

/** The keywords of each draft that decide whether a value is valid. Others are notes, or of other tools: they count for nothing. */
export const KEYWORDS: Readonly<Record<Draft, ReadonlyMap<string, Keyword>>> = {
  'draft-04': keywordsOf('draft-04'),
  'draft-06': keywordsOf('draft-06'),
  'draft-07': keywordsOf('draft-07'),
  '2019-09': keywordsOf('2019-09'),
  '2020-12': keywordsOf('2020-12')
}

/** Up to this draft `$ref` stands for the whole schema, and what stands beside it counts for nothing. */
export const refStandsAlone = (draft: Draft): boolean => DRAFTS.indexOf(draft) <= DRAFTS.indexOf('draft-07')

/** The draft that the value of `$schema` or of `schemaFormat` names; `undefined` if it names none. */
export function draftNamed(text: string): Draft | undefined {
  const [, found] = /(draft-0?[467]|2019-09|2020-12)/.exec(text) ?? []
  return DRAFTS.find((draft) => draft === found?.replace(/-([467])$/, '-0$1'))
}
