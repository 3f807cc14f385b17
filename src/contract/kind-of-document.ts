import { isJsonObject, type JsonTree } from '../core/catalogue/json-tree.js'
import { KEYWORDS } from './schema/keywords.js'

/** Which kind of document a value is, in words. */
export type KindOfDocument =
  | 'an AsyncAPI document'
  | 'an OpenAPI document'
  | 'an Avro schema'
  | 'a JSON Schema'

/** Tells documents apart by what only one kind has; `undefined` for what has nothing of any. */
export function kindOfDocument(value: JsonTree): KindOfDocument | undefined {
  if (!isJsonObject(value)) return undefined
  if (value.asyncapi !== undefined) return 'an AsyncAPI document'
  if (value.openapi !== undefined || value.swagger !== undefined) return 'an OpenAPI document'
  if (['record', 'enum', 'fixed'].some((type) => type === value.type)) return 'an Avro schema'
  const hasKeyword = Object.keys(value).some((name) => name === '$schema' || KEYWORDS['2020-12'].has(name))
  return hasKeyword ? 'a JSON Schema' : undefined
}
