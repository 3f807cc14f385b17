import { Args, type Interfaces } from '@oclif/core'
import { BaseCommand } from '../cli/base-command.js'
import type { ConnectionFlags } from '../cli/connection-options.js'
import { channelsFlags, familyRulesOf, newCatalogue, observedPatterns } from '../cli/flags/channels.js'
import { connectionFlags } from '../cli/flags/connection.js'
import { openRecording } from '../cli/recording-input.js'
import { writeLines } from '../cli/write-lines.js'
import type { ChannelCatalogue } from '../core/catalogue/channel-catalogue.js'
import type { ChannelFamily } from '../core/catalogue/channel-family.js'
import { compilePattern } from '../core/channel-pattern.js'
import { observeChannels, observeFailure, observeRecording } from '../operations/observe-channels.js'
import { openConnection } from '../transport/open-connection.js'
import { formatChannelLines, formatSchemaLine } from '../ui/channel-json.js'
import { channelRows } from '../ui/channel-rows.js'
import { formatChannelTable, formatChannelTree, summaryLines } from '../ui/channel-table.js'
import { subscribedLine } from '../ui/subscribe-report.js'
import { createTheme } from '../ui/theme.js'

const DEFAULT_TIME = 5000

type ChannelsFlags = Interfaces.InferredFlags<typeof Channels.flags> & ConnectionFlags

export default class Channels extends BaseCommand {
  static override summary = 'Show which channels exist, and what flows on them'
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
    const rules = familyRulesOf(flags)
    const catalogue = newCatalogue(flags, this.io.clock.now())
    const now =
      flags.from === undefined
        ? await this.observeBroker(catalogue, patterns, flags)
        : await this.observeFile(catalogue, patterns, flags.from, flags.count)
    await this.print(catalogue.families(rules), now, flags)
    const { summary, warnings } = summaryLines(catalogue, now)
    this.say(summary)
    for (const text of warnings) this.notice({ kind: 'warning', text })
    const failure = observeFailure(catalogue, patterns)
    if (failure && !this.io.stop.aborted) throw failure
  }

  private async observeBroker(
    catalogue: ChannelCatalogue,
    patterns: readonly string[],
    flags: ChannelsFlags
  ): Promise<number> {
    const { clock, stop } = this.io
    const connection = await openConnection(await this.connectionOptions(flags))
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
    return clock.now()
  }

  private async observeFile(
    catalogue: ChannelCatalogue,
    patterns: readonly string[],
    name: string,
    count: number | undefined
  ): Promise<number> {
    const matches = patterns.map(compilePattern)
    await observeRecording({
      items: openRecording(name, this.io, { signal: this.io.stop }),
      isWanted: (channel) => matches.some((match) => match(channel)),
      catalogue,
      count
    })
    return catalogue.lastSeen ?? 0
  }

  private async print(families: readonly ChannelFamily[], now: number, flags: ChannelsFlags): Promise<void> {
    const { stdout } = this.io
    const order = flags.sort ?? 'name'
    if (flags.json) return writeLines(stdout, formatChannelLines(families, now, order))
    if (flags.schema)
      return writeLines(
        stdout,
        families.flatMap((family) => formatSchemaLine(family) ?? [])
      )
    if (families.length === 0) return
    const rows = channelRows(families, now, order)
    const format = flags.tree ? formatChannelTree : formatChannelTable
    await stdout.write(format(rows, createTheme(stdout.colourLevel)))
  }
}
