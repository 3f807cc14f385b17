import fs from 'node:fs'
import { Flags } from '@oclif/core'
import type { DocumentRequest } from '../../core/asyncapi/document-files.js'
import { ChannelCatalogue } from '../../core/catalogue/channel-catalogue.js'
import type { FamilyRules } from '../../core/catalogue/channel-family.js'
import { compileParameterRule } from '../../core/catalogue/parameter-rule.js'
import type { ChannelGrammar, ParsedPattern } from '../../core/channel-grammar.js'
import type { PatternRules } from '../../core/channel-pattern.js'
import { parseChannelPattern } from '../../core/channel-pattern.js'
import { TidingsError } from '../../core/errors.js'
import { STDIN } from '../../files/input.js'
import type { ListingForm } from '../../ui/channel-listing.js'
import { CHANNEL_ORDERS } from '../../ui/channel-rows.js'
import type { FlagValues } from './flag-values.js'
import { byteSizeFlag, durationFlag, limitOf } from './values.js'

const helpGroup = 'OUTPUT'
const forms = ['json', 'schema', 'tree', 'asyncapi', 'check']
const others = (name: string) => forms.filter((form) => form !== name)

/** The flags of `channels` besides those for connecting. */
export const channelsFlags = {
  for: durationFlag({
    char: 't',
    summary: 'observe for this long (default 5s, in the browser until it is left)'
  }),
  count: Flags.integer({
    char: 'n',
    min: 1,
    helpValue: 'N',
    summary: 'observe no longer than for N messages'
  }),
  recording: Flags.string({
    char: 'f',
    helpValue: 'FILE',
    summary: 'take the messages from a recording instead of a broker; - for stdin'
  }),
  // What --recording was called in version 0.1.
  from: Flags.string({ hidden: true, exclusive: ['recording'] }),
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
    default: true,
    summary: 'find channels that differ only in an id or name, and take them together'
  }),
  'max-channels': Flags.integer({
    default: 50_000,
    min: 1,
    helpValue: 'N',
    summary: 'list no more channels than this; the others are counted'
  }),
  'max-memory': byteSizeFlag({
    default: 128 * 1024 * 1024,
    defaultHelp: async () => '128MiB',
    summary: 'memory for what is kept of channels and messages'
  }),
  history: Flags.integer({
    default: 100,
    min: 1,
    helpValue: 'N',
    summary: 'messages to keep of each channel'
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
    exclusive: others('json'),
    summary: 'a line of JSON per channel, with its latest message and its schema; errors are JSON, too'
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
    summary: 'write an AsyncAPI 3.0 document, or bring FILE up to date; .json for JSON, - for stdout'
  }),
  check: Flags.string({
    helpGroup,
    helpValue: 'FILE',
    exclusive: others('check'),
    summary: 'compare with an AsyncAPI document and change nothing; ends with 6 on a difference'
  })
}

const OBSERVED_FOR = 5000

type ChannelsFlags = FlagValues<typeof channelsFlags>

/** What the flags ask to be observed, and what for. */
export interface ChannelsRequest {
  readonly patterns: readonly ParsedPattern[]
  /** How channels are taken together. */
  readonly rules: FamilyRules
  /** Milliseconds that a broker is observed, and messages; not for the browser, which the user leaves. */
  readonly limits: { readonly timeout: number | undefined; readonly count: number | undefined }
  /** The document to compare with, or to bring up to date. */
  readonly document: DocumentRequest | undefined
  /** The document may be brought up to date; otherwise it is only compared. */
  readonly mayUpdate: boolean
  /** How the channels are listed; not at all where there is a document. */
  readonly form: ListingForm | undefined
  /** No output in particular was asked for. */
  readonly isOpen: boolean
}

/**
 * Turns arguments and flags into what is asked for; a bad pattern or rule is a usage error, before anything is observed.
 * @param patterns everything but the broker's own channels if there is none; each counts once
 */
export function channelsRequestOf(
  patterns: readonly string[] = [],
  flags: ChannelsFlags,
  grammar: ChannelGrammar
): ChannelsRequest {
  const { count, tree, sort, json, schema, asyncapi, check } = flags
  const name = check ?? asyncapi
  const wanted = patterns.length === 0 ? ['#'] : patterns
  return {
    patterns: [...new Set(wanted)].map((text) => parseChannelPattern(text, grammar)),
    rules: {
      parameters: flags.parameter?.map((rule) => compileParameterRule(rule, grammar)) ?? [],
      automatic: flags.parameters
    },
    limits: { timeout: limitOf(flags.for ?? OBSERVED_FOR), count },
    document: name === undefined ? undefined : { name, mustExist: check !== undefined },
    mayUpdate: check === undefined,
    form:
      name === undefined
        ? { json, schema, tree, order: sort ?? 'name', separator: grammar.separator }
        : undefined,
    isOpen: [flags.for, count, sort, name].every((wish) => wish === undefined) && !tree && !json && !schema
  }
}

// Of what arrives faster than this, a sample is looked into: reading JSON closely takes ten times as long as counting it.
const EXAMINED_PER_SECOND = 500_000
// And beyond this many messages a second the latest of each channel have to do: keeping an object for each costs as much again.
const KEPT_PER_SECOND = 20_000

/**
 * The recording that the flags name, if they do. `--from` is a position in a history; in version 0.1 it named a recording, which it still
 * does where there is such a file.
 */
export function recordingOf(
  { recording, from }: Pick<ChannelsFlags, 'recording' | 'from'>,
  warn: (text: string) => void
): string | undefined {
  if (from === undefined) return recording
  if (from === STDIN || fs.existsSync(from)) {
    warn('--from FILE is now --recording FILE; this form will go')
    return from
  }
  throw new TidingsError('usage', `cannot use "--from ${from}": there is no such file`, {
    code: 'no-such-recording',
    suggestion: 'a recording is named by --recording FILE'
  })
}

/**
 * An empty catalogue within the bounds that the flags set.
 * @param startedAt when observing a broker begins; absent for a recording, which has no hurry: all of it is looked into
 */
export function newCatalogue(
  flags: Pick<ChannelsFlags, 'max-channels' | 'max-memory' | 'history'>,
  { separator, hidden }: PatternRules,
  startedAt: number | undefined
): ChannelCatalogue {
  const live = startedAt !== undefined
  return new ChannelCatalogue({
    separator,
    ...(hidden !== undefined && { hidden }),
    maxChannels: flags['max-channels'],
    maxBytes: flags['max-memory'],
    historyPerChannel: flags.history,
    examinedPerSecond: live ? EXAMINED_PER_SECOND : Number.POSITIVE_INFINITY,
    ...(live && { startedAt, keptPerSecond: KEPT_PER_SECOND })
  })
}
