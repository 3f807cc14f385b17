import type { JsonTree } from '../../core/catalogue/json-tree.js'
import { parseJson, RepeatedName } from '../../core/catalogue/parse-json.js'
import { jsonProblem, lineAndColumn } from '../../core/json/json-text.js'
import { decodeUtf8 } from '../../core/utf8.js'
import { quoteName } from '../../core/visible-text.js'
import { badDocument } from './text-document.js'

/**
 * Reads a document that is JSON. A name that stands twice in an object is refused, as in YAML: one of the two values would count for
 * nothing, and nobody would know. Deeper values than `maxDepth` are read as empty.
 * @throws TidingsError of kind bad-input, whose message is the reason, with line and column
 */
export function parseJsonDocument(bytes: Uint8Array, maxDepth: number): JsonTree {
  const problem = jsonProblem(bytes)
  if (problem !== undefined)
    throw badDocument(`it is no JSON: line ${problem.line}, column ${problem.column}: ${problem.reason}`)
  const text = decodeUtf8(bytes)
  try {
    return parseJson(text, maxDepth, { refusesRepeats: true })
  } catch (error) {
    if (!(error instanceof RepeatedName)) throw error
    const { line, column } = lineAndColumn(bytes, Buffer.byteLength(text.slice(0, error.at)))
    throw badDocument(
      `line ${line}, column ${column}: the name ${quoteName(error.repeated)} stands twice in an object`
    )
  }
}
