import { isJsonObject } from '../core/catalogue/json-tree.js'
import type { PatternRules } from '../core/channel-pattern.js'
import type { Contract } from '../core/contract.js'
import { quoteName } from '../core/visible-text.js'
import { hasParameters } from './address.js'
import { readAsyncApi } from './asyncapi/read-document.js'
import { ChannelTable, spellingsOf } from './channel-table.js'
import { ContractFiles, type LoadTree } from './contract-files.js'
import type { DescribedApi, DescribedChannel } from './described-message.js'
import { OpenedContract } from './opened-contract.js'
import type { Place } from './place.js'
import { References } from './references.js'
import { type Draft, draftNamed, OF_ASYNCAPI, refStandsAlone } from './schema/keywords.js'
import { Patterns } from './schema/patterns.js'
import { placesInWords, SchemaReader } from './schema/schema-reader.js'
import { SchemaViolations } from './schema/schema-violations.js'
import { Validator } from './schema/validator.js'
import { WorkBudget } from './work-budget.js'

/** Which document is to be opened. */
export interface ContractRequest {
  /** The name of its file. */
  readonly name: string
  /** `asyncapi`: it describes channels. `json-schema`: it describes the payload of every message. */
  readonly form: 'asyncapi' | 'json-schema'
  /**
   * Reads a file of YAML or JSON: the document's own, and those that it refers to. Every failure is a `TidingsError`. The path of another
   * file is relative to that of the file which refers to it. A path leaves the folder of the document only where the document says `../`.
   */
  readonly load: LoadTree
}

/** The draft of a schema that names none. */
const NEWEST: Draft = '2020-12'

/**
 * Opens a contract: reads the document and all files that it refers to, and refuses what could not be checked. Schemas are compiled when
 * the first message comes that needs them.
 * @param rules how the protocol of the messages divides channels
 * @throws TidingsError of kind bad-input, with the file and a JSON pointer, for a document that cannot be used
 */
export async function openContract(
  { name, form, load }: ContractRequest,
  rules: PatternRules
): Promise<Contract> {
  const budget = new WorkBudget()
  const files = new ContractFiles(name, load)
  const isAsyncApi = form === 'asyncapi'
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
  const api = isAsyncApi ? await readAsyncApi(parts) : await readSchema(files.main, draft, validator)
  const table = isAsyncApi ? new ChannelTable(api.channels, rules, validator) : onlyChannel(api)
  const explainer = new SchemaViolations(files, validator)
  return new OpenedContract(
    {
      name,
      channels: isAsyncApi ? namedChannels(api.channels, rules) : [],
      unchecked: [...api.unchecked, ...inexact(reader)]
    },
    table,
    { validator, explainer, budget }
  )
}

function draftOfSchema(files: ContractFiles): Draft {
  const { main } = files
  const { $schema: named, asyncapi } = isJsonObject(main.value) ? main.value : {}
  // As a schema it would have no keyword, and every message would keep it.
  if (typeof asyncapi === 'string' && named === undefined)
    throw files.problem(main, 'it is an AsyncAPI document, and no JSON Schema', 'use it as --contract')
  const draft = typeof named === 'string' ? draftNamed(named) : NEWEST
  if (draft !== undefined) return draft
  const what = `it is of ${quoteName(String(named))}`
  throw files.problem(main, `${what}, and drafts 4, 6, 7, 2019-09 and 2020-12 can be checked`)
}

/** One schema for the payloads of all channels. */
async function readSchema(place: Place, draft: Draft, validator: Validator): Promise<DescribedApi> {
  const payload = { place, draft }
  await validator.prepare(payload)
  const message = { name: '', place, contentType: undefined, form: 'json', payload } as const
  const channel: DescribedChannel = { address: '', place, parameters: new Map(), messages: [message] }
  return { channels: [channel], unchecked: [] }
}

const onlyChannel = ({ channels: [channel] }: DescribedApi) => ({
  find: () => ({ channel: channel as DescribedChannel })
})

function namedChannels(channels: readonly DescribedChannel[], rules: PatternRules): readonly string[] {
  const names = channels
    .filter(({ address }) => !hasParameters(address))
    .map(({ address }) => spellingsOf(address, rules)[0])
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
