import { isJsonObject } from '../core/catalogue/json-tree.js'
import type { ChannelGrammar } from '../core/channel-grammar.js'
import type { PatternRules } from '../core/channel-pattern.js'
import type { Contract } from '../core/contract.js'
import { quoteName } from '../core/visible-text.js'
import { hasParameters } from './address.js'
import type { ContractParts } from './asyncapi/document-reading.js'
import { readAsyncApi } from './asyncapi/read-document.js'
import { ChannelTable, spellingsOf } from './channel-table.js'
import { ContractFiles, type LoadTree } from './contract-files.js'
import type { ContractForm } from './contract-name.js'
import type { DescribedApi, DescribedChannel } from './described-message.js'
import { type KindOfDocument, kindOfDocument } from './kind-of-document.js'
import { OpenedContract } from './opened-contract.js'
import { escapeStep, type Place, pointerOf } from './place.js'
import { References } from './references.js'
import { NOTES } from './schema/idle-keywords.js'
import { type Draft, draftNamed, KEYWORDS, OF_ASYNCAPI, refStandsAlone } from './schema/keywords.js'
import { Patterns } from './schema/patterns.js'
import { placesInWords, SchemaReader } from './schema/schema-reader.js'
import { SchemaViolations } from './schema/schema-violations.js'
import { Validator } from './schema/validator.js'
import { WorkBudget } from './work-budget.js'

/** Which document is to be opened. */
export interface ContractRequest {
  /** The name of its file. */
  readonly name: string
  /** Which part of the file a JSON Schema is, as a JSON pointer. Without it, the file is the schema. */
  readonly fragment?: string | undefined
  readonly form: ContractForm
  /**
   * Reads a file of YAML or JSON: the document's own, and those that it refers to. Every failure is a `TidingsError`. The path of another
   * file is relative to that of the file which refers to it. A path leaves the folder of the document only where the document says `../`.
   */
  readonly load: LoadTree
}

type SpellingRules = PatternRules & Partial<Pick<ChannelGrammar, 'spellChannel'>>

/** Where a schema has others that it may refer to. */
const DEFINITIONS = ['$defs', 'definitions']

/** The draft of a schema that names none. */
const NEWEST: Draft = '2020-12'

/**
 * Opens a contract: reads the document and all files that it refers to, and refuses what could not be checked. Schemas are compiled when
 * the first message comes that needs them.
 * @param rules how the protocol of the messages divides channels, and spells those that the document names
 * @throws TidingsError of kind bad-input, with the file and a JSON pointer, for a document that cannot be used
 */
export async function openContract(
  { name, fragment, form, load }: ContractRequest,
  rules: SpellingRules
): Promise<Contract> {
  const budget = new WorkBudget()
  const files = new ContractFiles(name, load)
  const isAsyncApi = form === 'asyncapi'
  if (!isAsyncApi) refuseOtherKinds(files, fragment)
  const draft = isAsyncApi ? OF_ASYNCAPI : draftOfSchema(files)
  const references = new References(files, {
    wholeFileFirst: isAsyncApi,
    idKeyword: draft === 'draft-04' ? 'id' : '$id',
    refStandsAlone: refStandsAlone(draft)
  })
  const patterns = new Patterns(budget)
  const reader = new SchemaReader(files, references, patterns)
  const validator = new Validator(files, reader, patterns, budget)
  const parts = { files, references, validator }
  const api = isAsyncApi ? await readAsyncApi(parts) : await readSchema(parts, fragment, draft)
  const explainer = new SchemaViolations(files, validator)
  const table = isAsyncApi ? new ChannelTable(api.channels, rules, validator, explainer) : onlyChannel(api)
  return new OpenedContract(
    {
      name: fragment === undefined ? name : `${name}#${fragment}`,
      channels: isAsyncApi ? namedChannels(api.channels, rules) : [],
      addresses: isAsyncApi ? api.channels.map(({ address }) => address) : [],
      unchecked: [...api.unchecked, ...inexact(reader), ...reader.idle.sentences()]
    },
    table,
    { validator, explainer, budget }
  )
}

/** Every payload would keep a document of another kind, because nothing in it is a keyword of JSON Schema. */
function refuseOtherKinds(files: ContractFiles, fragment: string | undefined): void {
  const { main } = files
  const kind = kindOfDocument(main.value)
  if (kind === undefined || kind === 'a JSON Schema') return
  // What is named in an AsyncAPI document is one of its schemas.
  if (kind === 'an AsyncAPI document' && fragment !== undefined) return
  const suggestions: Partial<Record<KindOfDocument, string>> = {
    'an AsyncAPI document': `give it as --contract ${main.file}`,
    'an Avro schema': 'refer to it from an AsyncAPI document, with the schemaFormat of Avro'
  }
  throw files.problem(main, `it is ${kind}, and no JSON Schema`, suggestions[kind])
}

/** Why a schema lets every payload through, in words; `undefined` if it does not, or says that it means to: `{}`, or a title alone. */
function whyNothing(place: Place): string | undefined {
  const { value, file } = place
  if (!isJsonObject(value)) return undefined
  const names = Object.keys(value)
  if (names.some((name) => KEYWORDS[NEWEST].has(name) || KEYWORDS['draft-04'].has(name))) return undefined
  const map = DEFINITIONS.find((name) => isJsonObject(value[name]))
  const [first] = map === undefined ? [] : Object.keys(value[map] ?? {})
  if (map !== undefined && first !== undefined) {
    const pointer = `${pointerOf(place)}/${map}/${escapeStep(first)}`
    return `the schema has definitions and no keyword, so that every payload keeps it; did you mean ${quoteName(`${file}#${pointer}`)}?`
  }
  const isExample = names.length > 0 && !names.some((name) => NOTES.has(name))
  return isExample ? 'the schema has no keyword, so that every payload keeps it' : undefined
}

function draftOfSchema(files: ContractFiles): Draft {
  const { main } = files
  const named = isJsonObject(main.value) ? main.value.$schema : undefined
  if (isJsonObject(main.value) && main.value.asyncapi !== undefined) return OF_ASYNCAPI
  const draft = typeof named === 'string' ? draftNamed(named) : NEWEST
  if (draft !== undefined) return draft
  const what = `it is of ${quoteName(String(named))}`
  throw files.problem(main, `${what}, and drafts 4, 6, 7, 2019-09 and 2020-12 can be checked`)
}

/** One schema for the payloads of all channels. */
async function readSchema(
  { files, references, validator }: ContractParts,
  fragment: string | undefined,
  draft: Draft
): Promise<DescribedApi> {
  const place = fragment === undefined ? files.main : references.target(files.main, `#${fragment}`)
  const payload = { place, draft }
  await validator.prepare(payload)
  const message = { name: '', place, contentType: undefined, form: 'json', payload } as const
  const channel: DescribedChannel = { address: '', place, parameters: new Map(), messages: [message] }
  const nothing = whyNothing(place)
  return { channels: [channel], unchecked: nothing === undefined ? [] : [nothing] }
}

const onlyChannel = ({ channels: [channel] }: DescribedApi) => ({
  find: () => ({ channel: channel as DescribedChannel })
})

function namedChannels(channels: readonly DescribedChannel[], rules: SpellingRules): readonly string[] {
  const names = channels
    .filter(({ address }) => !hasParameters(address))
    .map(({ address }) => rules.spellChannel?.(address) ?? spellingsOf(address, rules)[0])
  return [...new Set(names.filter((name) => name !== undefined))]
}

/** What is checked otherwise than the schemas say. */
function inexact({ rounded, dynamic }: SchemaReader): readonly string[] {
  const sentences: string[] = []
  if (rounded.length > 0)
    sentences.push(`whole numbers beyond 2^53 are compared as rounded: ${placesInWords(rounded)}`)
  if (dynamic.length > 0)
    sentences.push(`of several schemas with the same anchor the nearest is taken: ${placesInWords(dynamic)}`)
  return sentences
}
