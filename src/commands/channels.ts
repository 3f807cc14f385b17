import { Args, type Interfaces } from '@oclif/core'
import { BaseCommand } from '../cli/base-command.js'
import { browse, isForBrowsing } from '../cli/browse.js'
import type { ConnectionFlags } from '../cli/connection-options.js'
import { naming, readDocument, writeDocument } from '../cli/document-file.js'
import { channelsFlags, familyRulesOf, newCatalogue, observedPatterns } from '../cli/flags/channels.js'
import { connectionFlags } from '../cli/flags/connection.js'
import { messageOutputOf } from '../cli/flags/output.js'
import { recordingFiles } from '../cli/recording/recording-files.js'
import { openRecording } from '../cli/recording/recording-input.js'
import { writeLines } from '../cli/write-lines.js'
import type { Comparison } from '../core/asyncapi/compare-document.js'
import { describeServer } from '../core/asyncapi/described-server.js'
import type { DescribedServer } from '../core/asyncapi/update-document.js'
import type { ChannelCatalogue } from '../core/catalogue/channel-catalogue.js'
import type { ChannelFamily, FamilyRules } from '../core/catalogue/channel-family.js'
import { compilePattern } from '../core/channel-pattern.js'
import type { ConnectionNotice, ConnectionOptions } from '../core/connection.js'
import { browseChannels } from '../operations/browse-channels.js'
import {
  type ChannelDocument,
  checkChannels,
  checkFailure,
  documentChannels,
  openChannelDocument,
  rulesWith
} from '../operations/document-channels.js'
import { observeChannels, observeFailure, observeRecording } from '../operations/observe-channels.js'
import { subscribe } from '../operations/subscribe.js'
import { openConnection } from '../transport/open-connection.js'
import { formatListing } from '../ui/channel-listing.js'
import { summaryLines } from '../ui/channel-table.js'
import { documentSummary, formatComparison } from '../ui/document-report.js'
import { subscribedLine } from '../ui/subscribe-report.js'
import { createTheme } from '../ui/theme.js'

const DEFAULT_TIME = 5000

/** What was observed, and until when (microseconds since 1970 UTC). */
interface Observed {
  readonly until: number
  readonly server: DescribedServer | undefined
}

const titleOf = (server: DescribedServer | undefined) => `Channels of ${server?.host ?? 'a recording'}`

type ChannelsFlags = Interfaces.InferredFlags<typeof Channels.flags> & ConnectionFlags

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
    { description: 'From a recording', command: '<%= config.bin %> channels --from traffic.jsonl --schema' }
  ]

  static override args = {
    pattern: Args.string({
      ignoreStdin: true,
      multiple: true,
      description: 'channels to observe; everything (#) by default'
    })
  }

  static override flags = { ...channelsFlags, ...connectionFlags }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Channels)
    const patterns = observedPatterns(args.pattern)
    const ownRules = familyRulesOf(flags)
    const document = await this.openDocument(flags)
    const rules = rulesWith(document, ownRules)
    const catalogue = newCatalogue(flags, this.io.clock.now())
    const wishes = [flags.for, flags.count, flags.tree, flags.sort, flags.json, flags.schema, document]
    if (isForBrowsing(this.io, wishes)) return this.browse(catalogue, patterns, rules, flags)
    const seen =
      flags.from === undefined
        ? await this.observeBroker(catalogue, patterns, flags)
        : await this.observeFile(catalogue, patterns, flags.from, flags.count)
    const failure = observeFailure(catalogue, patterns)
    const families = catalogue.families(rules)
    if (document === undefined) {
      const form = { json: flags.json, schema: flags.schema, tree: flags.tree, order: flags.sort ?? 'name' }
      const { stdout } = this.io
      await writeLines(stdout, formatListing(families, seen.until, form, createTheme(stdout.colourLevel)))
    }
    const { summary, warnings } = summaryLines(catalogue, seen.until)
    this.say(summary)
    for (const text of warnings) this.notice({ kind: 'warning', text })
    if (failure && !this.io.stop.aborted) throw failure
    if (failure || document === undefined) return
    if (flags.check !== undefined) return this.check(flags.check, checkChannels(document, families, patterns))
    const name = flags.asyncapi ?? '-'
    const comparison = await this.update(name, document, families, patterns, seen.server)
    if (!document.isNew) for (const line of formatComparison(comparison)) this.say(line)
    this.say(documentSummary(name, comparison))
  }

  private async openDocument(flags: ChannelsFlags): Promise<ChannelDocument | undefined> {
    const name = flags.check ?? flags.asyncapi
    if (name === undefined) return undefined
    const { document, isNew } = await readDocument(name, flags.check !== undefined)
    return naming(name, () => openChannelDocument(document, isNew))
  }

  private async check(name: string, comparison: Comparison): Promise<void> {
    await writeLines(
      this.io.stdout,
      formatComparison(comparison).map((line) => `${line}\n`)
    )
    const failure = checkFailure(name, comparison)
    if (failure) throw failure
  }

  private async update(
    name: string,
    document: ChannelDocument,
    families: readonly ChannelFamily[],
    patterns: readonly string[],
    server: DescribedServer | undefined
  ): Promise<Comparison> {
    const comparison = documentChannels(document, families, patterns, { title: titleOf(server), server })
    await writeDocument(name, document.document, this.io)
    return comparison
  }

  private async browse(
    catalogue: ChannelCatalogue,
    patterns: readonly string[],
    rules: FamilyRules,
    flags: ChannelsFlags
  ): Promise<void> {
    const { io } = this
    const exportTo = (server: DescribedServer | undefined) => async (name: string) => {
      const document = await this.openDocument({ ...flags, asyncapi: name })
      if (document === undefined) throw new Error('a name was given')
      const families = catalogue.families(rulesWith(document, rules))
      return documentSummary(name, await this.update(name, document, families, patterns, server))
    }
    if (flags.from !== undefined) {
      const { server } = await this.observeFile(catalogue, patterns, flags.from, undefined)
      const actions = { exportCatalogue: exportTo(server) }
      await browse(io, { catalogue, title: flags.from, signal: io.stop, actions })
      return
    }
    let show: ((line: string) => void) | undefined
    const options = {
      ...(await this.connectionOptions(flags)),
      onNotice: (notice: ConnectionNotice) => (show ? show(notice.text) : this.notice(notice))
    }
    const connection = await openConnection(options)
    const { url, protocol } = connection.broker
    const exit = await browseChannels({
      connection,
      clock: io.clock,
      stop: io.stop,
      patterns,
      catalogue,
      files: recordingFiles('always'),
      tidings: this.config.version,
      show: (actions, signal) =>
        browse(io, {
          catalogue,
          title: url,
          signal,
          actions: { ...actions, exportCatalogue: exportTo(describeServer(url, protocol)) },
          onStart: (line) => {
            show = line
          }
        })
    })
    show = undefined
    if (exit.kind === 'subscribe') await this.stream(exit.patterns, options)
  }

  /** What the user chose in the browser, followed until Ctrl-C. */
  private async stream(patterns: readonly string[], options: ConnectionOptions): Promise<void> {
    const output = messageOutputOf({ json: false, raw: false, newline: true }, this.io)
    const connection = await openConnection(options)
    await subscribe({
      connection,
      clock: this.io.clock,
      subscriptions: patterns.map((pattern) => ({ pattern, qos: 1 })),
      write: output.write,
      stop: AbortSignal.any([this.io.stop, output.readerGone]),
      onSubscribed: () => this.say(subscribedLine(patterns, connection.broker))
    }).finally(output.close)
  }

  private async observeBroker(
    catalogue: ChannelCatalogue,
    patterns: readonly string[],
    flags: ChannelsFlags
  ): Promise<Observed> {
    const { clock, stop } = this.io
    const connection = await openConnection(await this.connectionOptions(flags))
    const { url, protocol } = connection.broker
    await observeChannels({
      connection,
      clock,
      stop,
      patterns,
      catalogue,
      timeout: flags.for ?? DEFAULT_TIME,
      ...(flags.count !== undefined && { count: flags.count }),
      onSubscribed: () => this.say(subscribedLine(patterns, connection.broker))
    })
    return { until: clock.now(), server: describeServer(url, protocol) }
  }

  private async observeFile(
    catalogue: ChannelCatalogue,
    patterns: readonly string[],
    name: string,
    count: number | undefined
  ): Promise<Observed> {
    const matches = patterns.map(compilePattern)
    let broker = ''
    await observeRecording({
      items: openRecording(name, this.io, {
        signal: this.io.stop,
        onHeader: (header) => {
          broker ||= header.broker
        }
      }),
      isWanted: (channel) => matches.some((match) => match(channel)),
      catalogue,
      count
    })
    return { until: catalogue.lastSeen ?? 0, server: describeServer(broker) }
  }
}
