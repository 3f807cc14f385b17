import { Args } from '@oclif/core'
import { BaseCommand } from '../cli/base-command.js'
import { browse, canBrowse, chooseProfile } from '../cli/browse.js'
import { channelsFlags, channelsRequestOf } from '../cli/flags/channels.js'
import { historyRequestOf, recordingOf } from '../cli/flags/channels-source.js'
import { connectionFlags } from '../cli/flags/connection.js'
import { contractCheckOf } from '../cli/flags/contract.js'
import { AS_FOR_PEOPLE, messageOutputOf } from '../cli/flags/output.js'
import { newCatalogue } from '../cli/new-catalogue.js'
import { recordedProtocol } from '../cli/recorded-protocol.js'
import { rememberObserved } from '../cli/remember-channels.js'
import { reportChannels } from '../cli/report-channels.js'
import { reportSurvey } from '../cli/report-survey.js'
import { tellUnjudged } from '../cli/tell-unjudged.js'
import { documentBytes } from '../files/document/document-bytes.js'
import { documentFiles } from '../files/document/document-file.js'
import { recordingFiles } from '../files/recording/recording-files.js'
import { readableRecording } from '../files/recording/recording-input.js'
import { browseSource } from '../operations/browse-source.js'
import { openDocument } from '../operations/document-in-file.js'
import { surveyChannels } from '../operations/survey-channels.js'
import { transports } from '../transport/transports.js'
import { subscribedLine } from '../ui/subscribe-report.js'

export default class Channels extends BaseCommand {
  static override summary = 'Show which channels exist, and which messages they carry'
  static override usage = 'channels [PATTERN...] [FLAGS]'
  static override description =
    `Observes channels (topics) for a while, and lists those that it saw. The broker sends retained messages at once, and other messages when they are published. Where a broker keeps messages and lists its channels, tidings looks at the last messages of each and ends, unless --for or --count ask for more.
With --parameters, --schema and --asyncapi, channels that differ in one level are one channel with a parameter: device/0001/temp, device/0002/temp, ... become device/{device_id}/temp.
A level becomes a parameter if its values are identifiers and the payloads are alike: two UUIDs, MAC addresses or long hexadecimal numbers, or three numbers (also with the same word before them). It also becomes one if three words have the same levels below them.
--parameter names further parameters. --no-parameters keeps every channel by itself.
To see the broker's own channels, name them: '$SYS/#'. Ends with 7 if no channel was seen.`
  static override examples = [
    { description: 'Which channels exist?', command: '<%= config.bin %> channels' },
    { description: 'The busiest within 1m', command: `<%= config.bin %> channels --for 1m --sort rate` },
    { description: 'Ids taken together', command: '<%= config.bin %> channels --for 10s --parameters' },
    {
      description: 'Write an AsyncAPI document, or update the one that exists',
      command: '<%= config.bin %> channels --for 10m --asyncapi asyncapi.yaml'
    },
    {
      description: 'Do the messages match the document?',
      command: '<%= config.bin %> channels --for 1m --check asyncapi.yaml'
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
  override chooseProfile = chooseProfile

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Channels)
    const { say, warn, io } = this.context
    const { clock, stop } = io
    const recording = recordingOf(args.pattern, flags, this.flagsGiven, warn)
    const { history, wishes } = historyRequestOf(flags, recording, clock.now())
    const spoken = await this.protocolFor(flags, wishes)
    const protocol = await recordedProtocol(recording, spoken, this.transports, io)
    const { grammar } = protocol
    const request = channelsRequestOf(args.pattern, { ...flags, argv: this.argv }, grammar, warn)
    const bytesOf = documentBytes(stop)
    const documents = documentFiles(io.stdout, bytesOf)
    const document = request.document && (await openDocument(documents, request.document, grammar))
    const check = await contractCheckOf({ contract: flags.check }, grammar, { io, warn, bytesOf })
    const catalogue = newCatalogue(flags, grammar, recording === undefined ? clock.now() : undefined)
    const read = recording !== undefined && { recording: readableRecording(recording, io) }
    const source = read || { broker: await this.connectionOptions(flags, spoken) }
    const observing = { ...request, source, history, protocol, catalogue, documents, document, clock, stop }
    const remember = () => rememberObserved(io, source, catalogue)
    const tell = tellUnjudged(this.context, request.condition, remember)
    const seen = { ...source, catalogue, request, grammar, color: flags.color, warn }
    if (request.isOpen && canBrowse(io))
      return browseSource({
        ...observing,
        rules: request.documentRules,
        files: recordingFiles('always'),
        tidings: this.config.version,
        show: (view) => browse(io, { ...view, ...seen }, spoken, this.profile?.profile),
        openOutput: () => messageOutputOf({ ...AS_FOR_PEOPLE, color: flags.color }, io),
        onStreaming: (pattern, broker) => say(`${subscribedLine([pattern], broker)}; q goes back`)
      }).finally(tell)
    await reportSurvey(this.context, { ...flags, recording, document, check }, () =>
      surveyChannels({
        ...observing,
        ...request.limits,
        check,
        onSubscribed: (patterns, broker) => say(subscribedLine(patterns, broker)),
        onObserved: (families, until) => reportChannels(this.context, catalogue, families, until, request)
      }).finally(tell)
    )
  }
}
