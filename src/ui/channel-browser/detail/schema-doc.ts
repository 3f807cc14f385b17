import type { ChannelEntry } from '../../../core/catalogue/channel-entry.js'
import { formatJson } from '../../../core/catalogue/json-tree.js'
import { outlineJson } from '../../../core/json/json-outline.js'
import { span } from '../line.js'
import { type Doc, docOf, wrapWords } from './doc.js'
import { jsonDoc } from './json-lines.js'

/** The JSON Schema that a channel's payloads have shown so far. */
export function schemaDoc(entry: ChannelEntry, folded: ReadonlySet<string>, width: number): Doc {
  const schema = entry.schema()
  const text = schema && formatJson(schema)
  const outline = text === undefined ? undefined : outlineJson(text)
  if (text !== undefined && outline) return jsonDoc(text, outline, folded, width)
  return docOf(wrapWords([span('no schema: no payload was JSON', 'dim')], width))
}
