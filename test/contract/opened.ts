import { openContract } from '../../src/contract/open-contract.js'
import type { JsonTree } from '../../src/core/catalogue/json-tree.js'
import { parseJson } from '../../src/core/catalogue/parse-json.js'
import type { Contract, Violation } from '../../src/core/contract.js'
import { TidingsError } from '../../src/core/errors.js'
import type { Message } from '../../src/core/message.js'
import { YamlDocument } from '../../src/files/document/yaml-document.js'

/** Texts of files, by their paths. */
export type Files = Readonly<Record<string, string>>

/** What reads files from memory: JSON where the name says so, otherwise YAML. */
export const loadFrom =
  (files: Files) =>
  (path: string): JsonTree => {
    const text = files[path]
    if (text === undefined)
      throw new TidingsError('bad-input', `cannot read "${path}": no such file`, { code: 'no-such-file' })
    return path.endsWith('.json') ? parseJson(text) : (YamlDocument.parse(text).get([]) ?? null)
  }

/** Opens an AsyncAPI document, with files beside it. */
export const openDocument = (
  text: string,
  files: Files = {},
  separator = '/',
  spellChannel?: (address: string) => string
): Promise<Contract> =>
  openContract(
    { name: 'api.yaml', form: 'asyncapi', load: loadFrom({ 'api.yaml': text, ...files }) },
    { separator, ...(spellChannel && { spellChannel }) }
  )

/** Opens a JSON Schema, of draft 2020-12 if it names none. */
export const openSchema = (schema: unknown, files: Files = {}, fragment?: string): Promise<Contract> =>
  openContract(
    {
      name: 'schema.json',
      fragment,
      form: 'json-schema',
      load: loadFrom({
        'schema.json': typeof schema === 'string' ? schema : JSON.stringify(schema),
        ...files
      })
    },
    { separator: '/' }
  )

/** A message with a payload: a text as it is, other values as JSON. */
export const messageOf = (channel: string, payload: unknown, facts: Partial<Message> = {}): Message => ({
  channel,
  payload:
    payload === null || payload instanceof Uint8Array
      ? payload
      : Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)),
  headers: [],
  ...facts
})

/** What is wrong with a value, by the part, the place and the rule. */
export const brokenRules = (violations: readonly Violation[]): string[] =>
  violations.map(({ part, pointer, rule }) => `${part} ${pointer} ${rule}`)
