import { isJsonObject, JsonNumber, type JsonTree } from '../../core/catalogue/json-tree.js'
import { closestName } from '../../core/closest-name.js'
import type { Shape } from './keywords.js'

export const TYPES = ['null', 'boolean', 'object', 'array', 'number', 'string', 'integer'] as const

/** Whether a value can be a schema. */
export const isSchema = (value: JsonTree): boolean => typeof value === 'boolean' || isJsonObject(value)

const isNumber = (value: JsonTree): boolean =>
  (value instanceof JsonNumber || typeof value === 'number') && Number.isFinite(Number(value))
const isSize = (value: JsonTree): boolean =>
  isNumber(value) && Number(value) >= 0 && Number.isInteger(Number(value))
const isText = (value: JsonTree): boolean => typeof value === 'string'
const isList = (value: JsonTree, accepts: (item: JsonTree) => boolean): boolean =>
  Array.isArray(value) && value.every(accepts)
const isMap = (value: JsonTree, accepts: (item: JsonTree) => boolean): boolean =>
  isJsonObject(value) && Object.values(value).every(accepts)
const areNames = (value: JsonTree): boolean => isList(value, isText)
const isFlag = (value: JsonTree): boolean => typeof value === 'boolean'

/** What the value of a keyword must be: in words, and as a test. */
const SHAPES: Readonly<Record<Shape, readonly [words: string, accepts: (value: JsonTree) => boolean]>> = {
  schema: ['a schema', isSchema],
  schemas: ['a list of schemas', (value) => isList(value, isSchema)],
  'schema or schemas': [
    'a schema, or a list of schemas',
    (value) => isSchema(value) || isList(value, isSchema)
  ],
  'schema map': ['an object whose members are schemas', (value) => isMap(value, isSchema)],
  'schema map by pattern': ['an object whose members are schemas', (value) => isMap(value, isSchema)],
  'schemas or names': [
    'an object whose members are schemas or lists of names',
    (value) => isMap(value, (item) => isSchema(item) || areNames(item))
  ],
  number: ['a number', isNumber],
  'positive number': ['a number above 0', (value) => isNumber(value) && Number(value) > 0],
  'number or flag': ['true or false', isFlag],
  size: ['a whole number from 0 on', isSize],
  flag: ['true or false', isFlag],
  text: ['a text', isText],
  pattern: ['a regular expression', isText],
  names: ['a list of names', areNames],
  'names map': ['an object whose members are lists of names', (value) => isMap(value, areNames)],
  types: ['a type, or a list of types', (value) => isText(value) || areNames(value)],
  value: ['a value', () => true],
  values: ['a list', (value) => Array.isArray(value)],
  reference: ['a reference', isText]
}

/** Why a keyword cannot have this value, in words; `undefined` if it can. */
export function whyNotShape(shape: Shape, value: JsonTree): string | undefined {
  const [words, accepts] = SHAPES[shape]
  if (!accepts(value)) return `it must be ${words}`
  if (shape !== 'types') return undefined
  const unknown = (Array.isArray(value) ? value : [value]).find(
    (name) => !TYPES.some((type) => type === name)
  )
  if (unknown === undefined) return undefined
  const meant = closestName(String(unknown), TYPES)
  const hint = meant === undefined ? '' : `; did you mean "${meant}"?`
  return `JSON Schema has no type ${JSON.stringify(unknown)}${hint}`
}
