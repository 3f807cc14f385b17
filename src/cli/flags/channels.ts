import { Flags } from '@oclif/core'
import { ChannelCatalogue } from '../../core/catalogue/channel-catalogue.js'
import type { FamilyRules } from '../../core/catalogue/channel-family.js'
import { compileParameterRule } from '../../core/catalogue/parameter-rule.js'
import { checkChannelPattern } from '../../core/channel-pattern.js'
import { CHANNEL_ORDERS } from '../../ui/channel-rows.js'
import { byteSizeFlag, durationFlag } from './values.js'

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
  from: Flags.string({
    char: 'f',
    helpValue: 'FILE',
    summary: 'take the messages from a recording instead of a broker; - for stdin'
  }),
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

/** The patterns to observe, checked, each once; everything but the broker's own channels if none is given. */
export function observedPatterns(patterns: readonly string[] | undefined): string[] {
  const wanted = patterns === undefined || patterns.length === 0 ? ['#'] : patterns
  return [...new Set(wanted)].map(checkChannelPattern)
}

/** How channels are taken together; a bad rule is a usage error, before anything is observed. */
export function familyRulesOf(
  flags: { parameter?: string[] | undefined; parameters: boolean },
  separator: string
): FamilyRules {
  const parameters = flags.parameter ?? []
  for (const rule of parameters) compileParameterRule(rule, separator)
  return { parameters, automatic: flags.parameters }
}

// Of what arrives faster than this, a sample is looked into: reading JSON closely takes ten times as long as counting it.
const EXAMINED_PER_SECOND = 500_000
// And beyond this many messages a second the latest of each channel have to do: keeping an object for each costs as much again.
const KEPT_PER_SECOND = 20_000

/** An empty catalogue within the bounds that the flags set. A recording has no hurry: all of it is looked into. */
export function newCatalogue(
  flags: { 'max-channels': number; 'max-memory': number; history: number; from?: string | undefined },
  startedAt: number,
  separator: string
): ChannelCatalogue {
  const live = flags.from === undefined
  return new ChannelCatalogue({
    separator,
    maxChannels: flags['max-channels'],
    maxBytes: flags['max-memory'],
    historyPerChannel: flags.history,
    examinedPerSecond: live ? EXAMINED_PER_SECOND : Number.POSITIVE_INFINITY,
    ...(live && { startedAt, keptPerSecond: KEPT_PER_SECOND })
  })
}
