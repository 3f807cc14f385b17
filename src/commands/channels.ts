import { Args } from '@oclif/core'
import { BaseCommand } from '../cli/base-command.js'
import { browse, canBrowse } from '../cli/browse.js'
import { channelsFlags, channelsRequestOf, newCatalogue, recordingOf } from '../cli/flags/channels.js'
import { connectionFlags } from '../cli/flags/connection.js'
import { AS_FOR_PEOPLE, messageOutputOf } from '../cli/flags/output.js'
import { recordedProtocol } from '../cli/recorded-protocol.js'
import { reportChannels } from '../cli/report-channels.js'
import { reportDocument } from '../cli/report-document.js'
import { documentFiles } from '../files/document/document-file.js'
import { recordingFiles } from '../files/recording/recording-files.js'
import { readableRecording } from '../files/recording/recording-input.js'
import { browseAndFollow } from '../operations/browse-and-follow.js'
import { openDocument } from '../operations/document-in-file.js'
import { surveyChannels } from '../operations/survey-channels.js'
import { transports } from '../transport/transports.js'
import { subscribedLine } from '../ui/subscribe-report.js'

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

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Channels)
    const { io, say, warn } = this.context
    const { clock, stop } = io
    const recording = recordingOf(flags, warn)
    const spoken = await this.protocolFor(flags)
    const protocol = await recordedProtocol(recording, spoken, this.transports, io)
    const { grammar } = protocol
    const request = channelsRequestOf(args.pattern, flags, grammar)
    const documents = documentFiles(io.stdout)
    const document = request.document && (await openDocument(documents, request.document, grammar.separator))
    const catalogue = newCatalogue(flags, grammar, recording === undefined ? clock.now() : undefined)
    const source =
      recording === undefined
        ? { broker: await this.connectionOptions(flags, spoken) }
        : { recording: readableRecording(recording, io) }
    const observing = { ...request, source, protocol, catalogue, documents, document, clock, stop }
    if (request.isOpen && canBrowse(io))
      return browseAndFollow({
        ...observing,
        files: recordingFiles('always'),
        tidings: this.config.version,
        show: (view) =>
          browse(io, { ...view, catalogue, grammar, capabilities: spoken.rows[0].capabilities }),
        openOutput: () => messageOutputOf(AS_FOR_PEOPLE, io),
        onSubscribed: (patterns, broker) => say(subscribedLine(patterns, broker))
      })
    const { comparison, failure } = await surveyChannels({
      ...observing,
      ...request.limits,
      onSubscribed: (patterns, broker) => say(subscribedLine(patterns, broker)),
      onObserved: (families, until) => reportChannels(this.context, catalogue, families, until, request.form)
    })
    if (document && comparison) await reportDocument(this.context, document, comparison, request.mayUpdate)
    if (failure) throw failure
  }
}
