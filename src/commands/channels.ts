import { Args } from '@oclif/core'
import { BaseCommand } from '../cli/base-command.js'
import { browse, canBrowse } from '../cli/browse.js'
import {
  channelsFlags,
  channelsRequestOf,
  newCatalogue,
  recordingOf,
  refuseWithRecording
} from '../cli/flags/channels.js'
import { connectionFlags } from '../cli/flags/connection.js'
import { messageOutputOf } from '../cli/flags/output.js'
import { hintAtRecordings } from '../cli/hint-at-recordings.js'
import { recordedProtocol } from '../cli/recorded-protocol.js'
import { reportChannels } from '../cli/report-channels.js'
import { reportUpdate, writeDifferences } from '../cli/report-document.js'
import { warnOfWildcards } from '../cli/warn-of-wildcards.js'
import type { FamilyRules } from '../core/catalogue/channel-family.js'
import type { Protocol, SpokenProtocol } from '../core/protocol.js'
import { documentFiles } from '../files/document/document-file.js'
import { recordingFiles } from '../files/recording/recording-files.js'
import { readableRecording } from '../files/recording/recording-input.js'
import { browseSource } from '../operations/browse-source.js'
import { checkChannels, checkFailure, rulesWith } from '../operations/document-channels.js'
import { openDocument, updateDocumentFile } from '../operations/document-in-file.js'
import { followChannels } from '../operations/follow-channels.js'
import { observeFailure } from '../operations/observe-channels.js'
import { observeSource, type SourceOptions } from '../operations/observe-source.js'
import { transports } from '../transport/transports.js'
import { subscribedLine } from '../ui/subscribe-report.js'

export default class Channels extends BaseCommand {
  static override summary = 'Show which channels exist, and which messages they carry'
  static override usage = 'channels [PATTERN...] [FLAGS]'
  static override description =
    `Observes channels (topics) for a while, and lists those that it saw. The broker sends retained messages at once, and other messages when they are published.
With --parameters, --schema and --asyncapi, channels that differ in one level are one channel with a parameter: device/0001/temp, device/0002/temp, ... become device/{device_id}/temp.
A level becomes a parameter if its values are identifiers and the payloads are alike: two UUIDs, MAC addresses or long hexadecimal numbers, or three numbers (also with the same word before them). It also becomes one if three words have the same levels below them.
--parameter names further parameters. --no-parameters keeps every channel by itself.
To see the broker's own channels, name them: '$SYS/#'. Ends with 7 if no channel was seen.`
  static override examples = [
    { description: 'Which channels exist?', command: '<%= config.bin %> channels' },
    {
      description: 'The busiest channels within one minute',
      command: `<%= config.bin %> channels 'plant/#' --for 1m --sort rate`
    },
    {
      description: 'The channels that differ only in an id taken together',
      command: '<%= config.bin %> channels --for 10s --parameters'
    },
    {
      description: 'Write an AsyncAPI document, or update the one that exists',
      command: '<%= config.bin %> channels --for 10m --asyncapi asyncapi.yaml'
    },
    {
      description: 'Do the messages match the document?',
      command: '<%= config.bin %> channels --for 1m --check asyncapi.yaml'
    },
    {
      description: 'The schemas of the messages in a recording',
      command: '<%= config.bin %> channels --recording traffic.jsonl --schema'
    }
  ]

  static override args = {
    pattern: Args.string({
      ignoreStdin: true,
      multiple: true,
      description: 'channels or patterns to observe; by default all (#)'
    })
  }

  static override flags = { ...channelsFlags, ...connectionFlags }

  override transports = transports

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Channels)
    const { context } = this
    const { io, say, warn } = context
    refuseWithRecording(this.flagsGiven)
    const recording = recordingOf(flags, warn)
    if (recording === undefined) hintAtRecordings(args.pattern ?? [], (name) => `--recording ${name}`, warn)
    const spoken = await this.protocolFor(flags)
    const protocol = await recordedProtocol(recording, spoken, this.transports, io)
    const { grammar } = protocol
    const request = channelsRequestOf(args.pattern, flags, grammar)
    const { patterns } = request
    warnOfWildcards(args.pattern ?? [], grammar, warn)
    const documents = documentFiles(io.stdout)
    const document = request.document && (await openDocument(documents, request.document, grammar.separator))
    const rules = rulesWith(document, request.rules)
    const catalogue = newCatalogue(flags, grammar, recording === undefined ? io.clock.now() : undefined)
    const source =
      recording === undefined
        ? { broker: await this.connectionOptions(flags, spoken) }
        : { recording: readableRecording(recording, io) }
    const observing = { source, protocol, patterns, catalogue, clock: io.clock, stop: io.stop }
    if (request.isOpen && canBrowse(io)) return this.browse(observing, request.documentRules, spoken)
    const texts = patterns.map(({ pattern }) => pattern)
    const { until, server } = await observeSource({
      ...observing,
      timeout: request.timeout,
      count: request.count,
      onSubscribed: (broker) => say(subscribedLine(texts, broker))
    })
    const families = catalogue.families(rules)
    await reportChannels(context, catalogue, families, until, request.form)
    const failure = observeFailure(catalogue, texts, grammar, recording)
    if (failure && !io.stop.aborted) throw failure
    if (failure || document === undefined) return
    if (flags.check === undefined) {
      const comparison = await updateDocumentFile(documents, document, families, texts, server)
      return reportUpdate(context, document, comparison)
    }
    const comparison = checkChannels(document, families, texts)
    await writeDifferences(io.stdout, comparison)
    const difference = checkFailure(document.name, comparison)
    if (difference) throw difference
  }

  /** Shows the channels on the terminal until the user leaves, and then, if the user wishes, streams the messages of some channels. */
  private async browse(
    observing: SourceOptions & { readonly protocol: Protocol },
    rules: FamilyRules,
    { rows: [{ capabilities }] }: SpokenProtocol
  ): Promise<void> {
    const { io, say } = this.context
    const { source, protocol, catalogue, clock, stop } = observing
    const { grammar } = protocol
    const exit = await browseSource({
      ...observing,
      rules,
      documents: documentFiles(io.stdout),
      files: recordingFiles('always'),
      tidings: this.config.version,
      show: (view) => browse(io, { ...view, catalogue, grammar, capabilities })
    })
    if (exit.kind !== 'subscribe' || 'recording' in source) return
    const { patterns } = exit
    const output = messageOutputOf({ json: false, raw: false, newline: true }, io)
    await followChannels({
      protocol,
      options: source.broker,
      patterns,
      clock,
      write: output.write,
      stop: AbortSignal.any([stop, output.readerGone]),
      onSubscribed: (_, broker) => say(subscribedLine(patterns, broker))
    }).finally(output.close)
  }
}
