import { Args } from '@oclif/core'
import { BaseCommand } from '../cli/base-command.js'
import { acknowledgementLimitsOf } from '../cli/flags/acknowledgement.js'
import { connectionFlags } from '../cli/flags/connection.js'
import { replayFlags, replayRequestOf, replayWishesOf, withLoopValue } from '../cli/flags/replay.js'
import { sendingOptionsOf } from '../cli/flags/sending.js'
import { messageTargetOf } from '../cli/flags/target.js'
import { yesFlag } from '../cli/flags/yes.js'
import { preciseClock } from '../cli/precise-clock.js'
import { steerReplay } from '../cli/replay-steering.js'
import { UnknownFields } from '../core/envelope/envelope.js'
import { protocolOfRecording } from '../core/recording/recording-protocol.js'
import { RecordingSource } from '../files/recording/recording-source.js'
import { dryRun } from '../operations/dry-run.js'
import { replay } from '../operations/replay.js'
import { transports } from '../transport/transports.js'
import { encodeDueMessages, formatDueMessages } from '../ui/dry-run-lines.js'
import { unjudgedWarnings } from '../ui/filter-report.js'
import { replayEnding } from '../ui/replay-report.js'

export default class Replay extends BaseCommand {
  static override summary = 'Send recorded messages again, with the recorded timing'
  static override usage = 'replay FILE... [FLAGS]'
  static override description =
    `The time between messages is the same as in the recording. tidings merges several files by time.
Reads what record and subscribe --json write, what mosquitto_sub writes with -F %j or %J (with -v: --format mosquitto-verbose), the files of mqtt_recorder, and JSON that MQTTX exports (what it received; its times are taken for UTC); gzip, too.
On a terminal: space pauses, n sends the next message, + and - change the speed, arrows seek 10 seconds, q stops.
Ends with 0 only when the broker has acknowledged every message that was sent, or has shown that it has read the message (QoS 0). A line that cannot be read ends the command with 6, after the messages before it were sent.`
  static override examples = [
    { description: 'At the recorded speed', command: '<%= config.bin %> replay traffic.jsonl' },
    {
      description: 'Ten times as fast, to channels below test/',
      command: `<%= config.bin %> replay traffic.jsonl --speed 10 --map 'plant/# -> test/plant/#'`
    },
    {
      description: 'One minute of one device, over and over',
      command: `<%= config.bin %> replay traffic.jsonl --channel 'device/7/#' --from +5m --to +6m --loop`
    },
    {
      description: 'As fast as the broker takes the messages, with timestamps of today',
      command: '<%= config.bin %> replay traffic.jsonl.gz --speed max --shift-time /time'
    },
    {
      description: 'Which messages would be sent, and when?',
      command: '<%= config.bin %> replay traffic.jsonl --max-gap 5s --dry-run'
    }
  ]

  static override args = {
    file: Args.string({
      ignoreStdin: true,
      required: true,
      multiple: true,
      description: 'recording; several are merged by time; - is stdin'
    })
  }

  static override flags = { ...replayFlags, ...yesFlag, ...connectionFlags }

  override transports = transports

  override async init(): Promise<void> {
    await super.init()
    this.argv = withLoopValue(this.argv)
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Replay)
    const spoken = await this.protocolFor(flags, replayWishesOf(flags))
    const unknown = new UnknownFields(flags.strict)
    const source = new RecordingSource(args.file, this.io, { format: flags.format, onUnknown: unknown.add })
    source.check(flags.loop)
    const recorded = await protocolOfRecording(await source.readHeader(), this.transports)
    const target = messageTargetOf(spoken, flags)
    const grammars = { recorded: (recorded ?? spoken.protocol).grammar, target: spoken.protocol.grammar }
    const { io, say, warn } = this.context
    const { unusedRules, ...request } = replayRequestOf(flags, grammars, target, warn)
    const connection = flags['dry-run'] ? undefined : await this.publishingOptions(flags, spoken)
    const options = connection && { ...connection, sending: sendingOptionsOf(flags) }
    const replaying = { ...request, source, target, stop: io.stop, onNotice: say, onWarning: warn }
    const format = flags.json ? encodeDueMessages : formatDueMessages
    const outcome =
      options === undefined
        ? await dryRun({
            ...replaying,
            clock: io.clock,
            show: (batch, due) => io.stdout.write(format(batch, due))
          })
        : await replay({
            ...replaying,
            ...acknowledgementLimitsOf(flags),
            protocol: spoken.protocol,
            options,
            clock: preciseClock,
            onConnected: (player) => steerReplay(this.context, source, request, player)
          })
    const { namedElsewhere: named } = this
    const losses = [...target.losses, ...unknown.sentences, ...unjudgedWarnings(request.selection.condition)]
    this.conclude(replayEnding(outcome, { dryRun: !options, losses, named, unusedRules: unusedRules() }))
  }
}
