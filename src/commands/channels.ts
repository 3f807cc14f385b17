import { Args } from '@oclif/core'
import { BaseCommand } from '../cli/base-command.js'
import { isForBrowsing } from '../cli/browse.js'
import {
  channelsFlags,
  familyRulesOf,
  newCatalogue,
  observedPatterns,
  recordingOf
} from '../cli/flags/channels.js'
import { connectionFlags } from '../cli/flags/connection.js'
import { writeLines } from '../cli/write-lines.js'
import type { Protocol, SpokenProtocol } from '../core/protocol.js'
import { protocolOfRecording } from '../core/recording/recording-protocol.js'
import { STDIN } from '../files/input.js'
import { readRecordingHeader } from '../files/recording/recording-input.js'
import { rulesWith } from '../operations/document-channels.js'
import { observeFailure } from '../operations/observe-channels.js'
import { transports } from '../transport/transports.js'
import { formatListing } from '../ui/channel-listing.js'
import { summaryLines } from '../ui/channel-table.js'
import { documentSummary, formatComparison } from '../ui/document-report.js'
import { createTheme } from '../ui/theme.js'
import { browseSource } from '../wiring/channels/browse-source.js'
import { checkDocument, openDocument, updateDocument } from '../wiring/channels/document-in-file.js'
import { observeSource } from '../wiring/channels/observe-source.js'

export default class Channels extends BaseCommand {
  static override summary = 'Show which channels exist, and what flows on them'
  static override usage = 'channels [PATTERN...] [FLAGS]'
  static override description =
    `Observes for a while and lists what was seen: retained messages come at once, others as they happen.
Channels that differ in one level are one channel with a parameter: device/0001/temp, device/0002/temp, ... become device/{device_id}/temp. Levels are parameters
if two are UUIDs, MAC addresses or long hexadecimal numbers, or three are numbers (or numbers behind the same word), with payloads alike; or if three words
have the same levels below them. --parameter marks further ones, --no-parameters lists every channel by itself.
The broker's own channels must be asked for: '$SYS/#'. Ends with 7 if nothing was seen.`
  static override examples = [
    { description: 'What is there?', command: '<%= config.bin %> channels' },
    {
      description: 'The busiest channels of a minute',
      command: `<%= config.bin %> channels 'plant/#' --for 1m --sort rate`
    },
    {
      description: 'Document it, and bring the document up to date later',
      command: '<%= config.bin %> channels --for 10m --asyncapi asyncapi.yaml'
    },
    {
      description: 'Does what flows match the document?',
      command: '<%= config.bin %> channels --for 1m --check asyncapi.yaml'
    },
    {
      description: 'From a recording',
      command: '<%= config.bin %> channels --recording traffic.jsonl --schema'
    }
  ]

  static override args = {
    pattern: Args.string({
      ignoreStdin: true,
      multiple: true,
      description: 'channels to observe; everything (#) by default'
    })
  }

  static override flags = { ...channelsFlags, ...connectionFlags }

  override transports = transports

  /** A recording's channels are named as its broker names them; stdin can be read only once, so its header is not asked. */
  private async protocolSeen(recording: string | undefined, spoken: SpokenProtocol): Promise<Protocol> {
    if (recording === undefined || recording === STDIN) return spoken.protocol
    const header = await readRecordingHeader(recording, this.io)
    return (await protocolOfRecording(header, this.transports)) ?? spoken.protocol
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Channels)
    const { context } = this
    const { io, say, warn } = context
    const recording = recordingOf(flags, warn)
    const spoken = await this.protocolFor(flags)
    const protocol = await this.protocolSeen(recording, spoken)
    const { grammar } = protocol
    const { separator } = grammar
    const patterns = observedPatterns(args.pattern, grammar)
    const ownRules = familyRulesOf(flags, grammar)
    const name = flags.check ?? flags.asyncapi
    const mustExist = flags.check !== undefined
    const document = name === undefined ? undefined : await openDocument(name, mustExist, separator)
    const rules = rulesWith(document?.opened, ownRules)
    const startedAt = recording === undefined ? io.clock.now() : undefined
    const catalogue = newCatalogue(flags, grammar, startedAt)
    const [{ capabilities }] = spoken.rows
    const work = { ...context, tidings: this.config.version, catalogue, protocol, capabilities, patterns }
    const source = recording ?? (await this.connectionOptions(flags, spoken))
    const wishes = [flags.for, flags.count, flags.tree, flags.sort, flags.json, flags.schema, document]
    if (isForBrowsing(io, wishes)) return browseSource(work, source, rules)
    const { until, server } = await observeSource(work, source, { timeout: flags.for, count: flags.count })
    const failure = observeFailure(
      catalogue,
      patterns.map(({ pattern }) => pattern),
      grammar,
      recording
    )
    const families = catalogue.families(rules)
    if (document === undefined) {
      const { json, schema, tree, sort: order = 'name' } = flags
      const form = { json, schema, tree, order, separator }
      await writeLines(io.stdout, formatListing(families, until, form, createTheme(io.stdout.colourLevel)))
    }
    const { summary, warnings } = summaryLines(catalogue, until)
    say(summary)
    for (const text of warnings) warn(text)
    if (failure && !io.stop.aborted) throw failure
    if (failure || document === undefined) return
    if (flags.check !== undefined) return checkDocument(work, document, families)
    const comparison = await updateDocument(work, document, families, server)
    if (!document.opened.isNew) for (const line of formatComparison(comparison)) say(line)
    say(documentSummary(document.name, comparison))
  }
}
