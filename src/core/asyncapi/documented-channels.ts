import { isJsonObject, type JsonTree } from '../catalogue/json-tree.js'
import { overlapsPattern, type PatternRules } from '../channel-pattern.js'
import { TidingsError } from '../errors.js'
import { type DocumentPath, type EditableDocument, resolvePath } from './editable-document.js'

/** A channel that a document describes. */
export interface DocumentedChannel {
  readonly key: string
  readonly path: DocumentPath
  readonly address: string
  /** The described parameters that are a whole level of the address. */
  readonly parameters: readonly DocumentedParameter[]
  /** It is of AsyncAPI 2, whose messages are not compared with what was seen. */
  readonly isOld?: boolean
}

export interface DocumentedParameter {
  readonly name: string
  /** Position of the level in the address, from 0. */
  readonly level: number
  readonly path: DocumentPath
  /** The values that the parameter may have, if the document lists them. */
  readonly values: readonly string[] | undefined
  readonly examples: readonly string[]
}

/** @throws TidingsError of kind bad-input, whose message is the reason, if the document is no AsyncAPI 3 document */
export function checkVersion(document: EditableDocument): void {
  const version = document.get(['asyncapi'])
  if (typeof version === 'string' && /^3\.\d/.test(version)) {
    checkMaps(document)
    return
  }
  const what = typeof version === 'string' ? `AsyncAPI ${version}` : 'no AsyncAPI document'
  throw new TidingsError('bad-input', `it is ${what}, and only AsyncAPI 3 can be updated`, {
    code: 'not-asyncapi-3',
    suggestion: 'write to another file, or convert it: https://www.asyncapi.com/tools/converter'
  })
}

/** Whether it is AsyncAPI 2, of which only the channels are known here. */
export function isOldVersion(document: EditableDocument): boolean {
  const version = document.get(['asyncapi'])
  return typeof version === 'string' && /^2\.\d/.test(version)
}

/** An update adds members to these values, so each of them must be an object. */
function checkMaps(document: EditableDocument): void {
  for (const name of ['servers', 'channels', 'operations', 'components']) {
    const value = document.get([name]) ?? null
    if (value === null || isJsonObject(value)) continue
    throw new TidingsError('bad-input', `its "${name}" is no object`, {
      code: 'bad-document',
      suggestion: 'correct the file, or write to another one'
    })
  }
}

/** The channels of a document that have an address, in the document's order. `separator` divides the levels of an address. */
export function documentedChannels(document: EditableDocument, separator: string): DocumentedChannel[] {
  const channels = document.get(['channels'])
  if (!isJsonObject(channels)) return []
  if (isOldVersion(document)) {
    return Object.keys(channels).map((key) => ({
      ...{ key, path: ['channels', key], address: key, parameters: [] },
      isOld: true
    }))
  }
  return Object.keys(channels).flatMap((key) => {
    const path = resolvePath(document, ['channels', key])
    const address = document.get([...path, 'address'])
    if (typeof address !== 'string') return []
    const parameters = documentedParameters(document, path, address.split(separator))
    return [{ key, path, address, parameters }]
  })
}

function documentedParameters(
  document: EditableDocument,
  channel: DocumentPath,
  levels: readonly string[]
): DocumentedParameter[] {
  return levels.flatMap((text, level) => {
    const name = /^\{([^{}]+)\}$/.exec(text)?.[1]
    if (name === undefined) return []
    const path = resolvePath(document, [...channel, 'parameters', name])
    if (!isJsonObject(document.get(path))) return []
    const values = textsIn(document.get([...path, 'enum']))
    const examples = textsIn(document.get([...path, 'examples'])) ?? []
    return [{ name, level, path, values, examples }]
  })
}

function textsIn(list: JsonTree | undefined): string[] | undefined {
  return Array.isArray(list) ? list.filter((item) => typeof item === 'string') : undefined
}

/** The address with `+` for each parameter: two addresses that differ only in the names of their parameters give the same pattern. */
export function addressPattern(address: string, separator: string): string {
  return address
    .split(separator)
    .map((level) => (level.includes('{') ? '+' : level))
    .join(separator)
}

/** Whether a subscriber of the pattern could have received from a channel of the address. `parseChannelPattern` has returned the pattern. */
export function couldBeSeen(pattern: string, address: string, rules: PatternRules): boolean {
  return overlapsPattern(pattern, addressPattern(address, rules.separator), rules)
}
