import { Flags } from '@oclif/core'
import type { DocumentRequest } from '../../core/asyncapi/document-files.js'
import type { FamilyRules } from '../../core/catalogue/channel-family.js'
import { compileParameterRule } from '../../core/catalogue/parameter-rule.js'
import type { ChannelGrammar, ParsedPattern } from '../../core/channel-grammar.js'
import { parseChannelPattern } from '../../core/channel-pattern.js'
import type { LookLimits } from '../../core/connection.js'
import { TidingsError } from '../../core/errors.js'
import type { MessageFilter } from '../../core/message-selection.js'
import type { ListingForm } from '../../ui/channel-listing.js'
import { CHANNEL_ORDERS } from '../../ui/channel-rows.js'
import { silenceHints } from '../silence-hints.js'
import { updateLine } from '../update-line.js'
import { warnOfWildcards } from '../warn-of-wildcards.js'
import { type ColorWish, colorFlag } from './color.js'
import { reportFlags } from './contract.js'
import { filterFlags, filterOf } from './filter.js'
import type { FlagValues } from './flag-values.js'
import { FROM_SUMMARY, SKIP_UNREADABLE_SUMMARY } from './history.js'
import { byteSizeFlag, durationFlag, limitOf } from './values.js'

const helpGroup = 'OUTPUT'
const forms = ['json', 'schema', 'tree', 'asyncapi', 'check']
const others = (...names: readonly string[]) => forms.filter((form) => !names.includes(form))

/** The flags of `channels` besides those for connecting. */
export const channelsFlags = {
  for: durationFlag({
    char: 't',
    summary:
      'observe for this long (default 5s; what keeps messages is only looked at; the channel browser: until you leave it)'
  }),
  count: Flags.integer({
    char: 'n',
    min: 1,
    helpValue: 'N',
    summary: 'end after N messages'
  }),
  recording: Flags.string({
    char: 'f',
    helpValue: 'FILE',
    summary: 'take the messages from a recording instead of a broker; - for stdin'
  }),
  // In version 0.1 --from named a recording.
  from: Flags.string({ helpValue: 'POSITION', exclusive: ['recording'], summary: FROM_SUMMARY }),
  'until-end': Flags.boolean({ summary: 'end once everything that was there at the start has been seen' }),
  'skip-unreadable': Flags.boolean({ dependsOn: ['from'], summary: SKIP_UNREADABLE_SUMMARY }),
  ...filterFlags,
  parameter: Flags.string({
    char: 'p',
    helpValue: 'PATTERN',
    multiple: true,
    multipleNonGreedy: true,
    summary:
      "the + in this pattern is a parameter: 'device/+/temp', or 'device/{room}/temp' to name it; may be repeated"
  }),
  parameters: Flags.boolean({
    allowNo: true,
    summary:
      'take channels that differ only in an id or name together, also in a table or tree; documents and --schema do so anyway, and --json names each channel and what it is one of'
  }),
  'max-channels': Flags.integer({
    default: 100_000,
    min: 1,
    helpValue: 'N',
    summary: 'list at most N channels, and count the messages of the others'
  }),
  'max-memory': byteSizeFlag({
    default: 144 * 1024 * 1024,
    defaultHelp: async () => '144MiB',
    summary: 'use at most this much memory for channels and messages'
  }),
  history: Flags.integer({
    default: 100,
    min: 1,
    helpValue: 'N',
    summary: 'keep the latest N messages of each channel'
  }),
  tree: Flags.boolean({
    helpGroup,
    exclusive: others('tree'),
    summary: 'a tree of levels instead of a flat table'
  }),
  sort: Flags.option({ options: CHANNEL_ORDERS, helpGroup })({ summary: 'what to sort by (default name)' }),
  json: Flags.boolean({
    char: 'j',
    helpGroup,
    exclusive: others('json', 'check'),
    summary:
      'one JSON object per line for each channel, with its latest message and its schema, or for each finding of --check; errors are JSON, too'
  }),
  schema: Flags.boolean({
    helpGroup,
    exclusive: others('schema'),
    summary: 'the JSON Schema of each channel, one per line'
  }),
  asyncapi: Flags.string({
    helpGroup,
    helpValue: 'FILE',
    exclusive: others('asyncapi'),
    summary: 'write an AsyncAPI 3.0 document, or update FILE; .json for JSON, - for stdout'
  }),
  check: Flags.string({
    helpGroup,
    helpValue: 'FILE',
    exclusive: others('check', 'json'),
    summary:
      'check each message against an AsyncAPI document, and whether it has all channels; ends with 10 if not'
  }),
  ...reportFlags,
  ...colorFlag
}

const NO_CHECK = new TidingsError('usage', 'cannot use "--report": it needs --check', {
  code: 'no-check',
  suggestion: 'add --check asyncapi.yaml'
})

const OBSERVED_FOR = 5000
/** Of what a broker keeps, so many messages of each partition are looked at, for so many milliseconds. */
const LOOK: LookLimits = { messages: 10, time: 10_000 }

export type ChannelsFlags = FlagValues<typeof channelsFlags>

/** What is observed, and how it is reported. */
export interface ChannelsRequest extends MessageFilter {
  readonly patterns: readonly ParsedPattern[]
  /** How channels are taken together in what is asked for. */
  readonly rules: FamilyRules
  /** How they are taken together in a document that the browser writes. */
  readonly documentRules: FamilyRules
  /** Milliseconds that a broker is observed, and messages. They are not for the browser, which the user leaves. */
  readonly limits: { readonly timeout: number | undefined; readonly count: number | undefined }
  /** How much of what a broker keeps is looked at first; nothing where the flags say where to begin. */
  readonly look: LookLimits | undefined
  /** No time and no number was named: where a broker keeps messages, a look at them is enough. */
  readonly endsWithLook: boolean
  /** The document to compare with, or to bring up to date. */
  readonly document: DocumentRequest | undefined
  /** The document may be brought up to date; otherwise it is only compared. */
  readonly mayUpdate: boolean
  /** The command line that brings the document up to date instead. */
  readonly updateLine: string
  /** What to think of where nothing was seen, as parts of a suggestion. */
  readonly hints: readonly string[]
  /** How the channels are listed; undefined where there is a document. */
  readonly form: ListingForm | undefined
  /** Whether the list has colours. */
  readonly color: ColorWish
  /** No particular output was asked for, so the browser may open. */
  readonly isOpen: boolean
}

/**
 * Turns arguments and flags into a request. A bad pattern or rule is a usage error, before anything is observed.
 * @param patterns none means all channels but the broker's own; a repeated pattern counts once
 */
export function channelsRequestOf(
  patterns: readonly string[] = [],
  flags: ChannelsFlags & { readonly broker?: unknown; readonly argv: readonly string[] },
  grammar: ChannelGrammar,
  warn: (text: string) => void
): ChannelsRequest {
  const { count, tree = false, sort, json = false, schema = false, asyncapi, check } = flags
  if (flags.report !== undefined && check === undefined) throw NO_CHECK
  const name = check ?? asyncapi
  const wanted = patterns.length === 0 ? ['#'] : patterns
  const isTable = name === undefined && !json && !schema
  const parsed = [...new Set(wanted)].map((text) => parseChannelPattern(text, grammar))
  const marked = flags.parameter?.map((rule) => compileParameterRule(rule, grammar)) ?? []
  const rules = (automatic: boolean) => ({ parameters: marked, automatic: flags.parameters ?? automatic })
  warnOfWildcards(patterns, grammar, warn)
  const isPlain =
    [flags.for, count, sort, name].every((wish) => wish === undefined) &&
    flags.parameters !== true &&
    flags['until-end'] !== true
  return {
    ...filterOf(flags, grammar),
    patterns: parsed,
    // A table is there to tell which channels exist.
    rules: rules(!isTable),
    documentRules: rules(true),
    limits: { timeout: limitOf(flags.for ?? (flags['until-end'] ? 0 : OBSERVED_FOR)), count },
    look: flags.from === undefined && flags['until-end'] !== true ? LOOK : undefined,
    endsWithLook: flags.for === undefined && count === undefined,
    document: name === undefined ? undefined : { name, mustExist: check !== undefined },
    mayUpdate: check === undefined,
    updateLine: updateLine(flags.argv),
    hints: silenceHints(grammar, flags, {}),
    form:
      name === undefined
        ? { json, schema, tree, order: sort ?? 'name', separator: grammar.separator }
        : undefined,
    color: flags.color,
    isOpen: isPlain && isTable && !tree
  }
}

/** Flags that ask for something else than the browser, which looks at a broker. */
const ELSEWHERE = [...forms, 'for', 'count', 'sort', 'parameters', 'recording', 'from']

/**
 * Whether the flags on the command line ask for nothing but the browser.
 * @param given the names of the flags that stand there
 */
export const mayBrowse = (given: ReadonlySet<string>): boolean => !ELSEWHERE.some((name) => given.has(name))
