import type { FamilyRules } from '../catalogue/channel-family.js'
import { isJsonObject } from '../catalogue/json-tree.js'
import { TidingsError } from '../errors.js'
import { type DocumentPath, type EditableDocument, resolvePath } from './editable-document.js'

/** A channel that a document describes. */
export interface DocumentedChannel {
  readonly key: string
  readonly path: DocumentPath
  readonly address: string
}

/** @throws TidingsError of kind bad-input, whose message is the reason, for what is no AsyncAPI 3 document */
export function checkVersion(document: EditableDocument): void {
  const version = document.get(['asyncapi'])
  if (typeof version === 'string' && /^3\.\d/.test(version)) return
  const what = typeof version === 'string' ? `AsyncAPI ${version}` : 'no AsyncAPI document'
  throw new TidingsError('bad-input', `it is ${what}, and only AsyncAPI 3 can be updated`, {
    code: 'not-asyncapi-3',
    suggestion: 'write to another file, or convert it: https://www.asyncapi.com/tools/converter'
  })
}

/** The channels of a document that have an address, in its order. */
export function documentedChannels(document: EditableDocument): DocumentedChannel[] {
  const channels = document.get(['channels'])
  if (!isJsonObject(channels)) return []
  return Object.keys(channels).flatMap((key) => {
    const path = resolvePath(document, ['channels', key])
    const address = document.get([...path, 'address'])
    return typeof address === 'string' ? [{ key, path, address }] : []
  })
}

/** The rules under which what flows is gathered as the document has it: its parameters keep their names, its channels stay apart. */
export function rulesOf(channels: readonly DocumentedChannel[], rules: FamilyRules): FamilyRules {
  const addresses = channels.map(({ address }) => address)
  const parameters = addresses.filter((address) => WHOLE_LEVELS.test(address) && address.includes('{'))
  const apart = new Set(addresses.filter((address) => !address.includes('{')))
  return { ...rules, parameters: [...parameters, ...(rules.parameters ?? [])], apart }
}

/** Levels that are a parameter as a whole or not at all, and nothing that would be a wildcard. */
const WHOLE_LEVELS = /^(?:\{[A-Za-z0-9_-]{1,64}\}|[^{}+#/]*)(?:\/(?:\{[A-Za-z0-9_-]{1,64}\}|[^{}+#/]*))*$/

/** The address with `+` for each parameter: two that differ in the names of parameters only are the same. */
export function addressPattern(address: string): string {
  return address
    .split('/')
    .map((level) => (level.includes('{') ? '+' : level))
    .join('/')
}

/** Whether a channel of that address could have been received by that pattern. */
export function couldBeSeen(pattern: string, address: string): boolean {
  const asked = pattern.replace(/^\$share\/[^/]*\//, '').split('/')
  const levels = addressPattern(address).split('/')
  if (/^[+#]/.test(pattern) && address.startsWith('$')) return false
  for (const [at, level] of asked.entries()) {
    if (level === '#') return true
    const said = levels[at]
    if (said === undefined || (level !== '+' && said !== '+' && level !== said)) return false
  }
  return asked.length === levels.length
}
