import { Args } from '@oclif/core'
import { BaseCommand } from '../cli/base-command.js'
import { acknowledgementLimitsOf } from '../cli/flags/acknowledgement.js'
import { connectionFlags } from '../cli/flags/connection.js'
import { replayFlags, replayRequestOf, replayWishesOf, withLoopValue } from '../cli/flags/replay.js'
import { messageTargetOf } from '../cli/flags/target.js'
import { interruptedBy } from '../cli/io.js'
import { preciseClock } from '../cli/precise-clock.js'
import { steerReplay } from '../cli/replay-steering.js'
import { protocolOfRecording } from '../core/recording/recording-protocol.js'
import { RecordingSource } from '../files/recording/recording-source.js'
import { dryRun } from '../operations/dry-run.js'
import { replay } from '../operations/replay.js'
import { transports } from '../transport/transports.js'
import { encodeDueMessages, formatDueMessages } from '../ui/dry-run-lines.js'
import { replayEnding } from '../ui/replay-report.js'

export default class Replay extends BaseCommand {
  static override summary = 'Send recorded messages again, when they are due'
  static override usage = 'replay FILE... [FLAGS]'
  static override description =
    `Every message is sent at its distance from the first one, however long the recording is. Several files are merged by time.
Reads what record and subscribe --json write, what mosquitto_sub writes with -F %j or %J, and the files of mqtt_recorder; gzip, too.
On a terminal: space pauses, n sends the next message, + and - change the speed, arrows seek 10 seconds, q stops.
Ends with 0 only when the broker has acknowledged every message that was sent; with 6 at a line that cannot be read, after everything before it was sent.`
  static override examples = [
    { description: 'As it was', command: '<%= config.bin %> replay traffic.jsonl' },
    {
      description: 'Ten times as fast, to test channels',
      command: `<%= config.bin %> replay traffic.jsonl --speed 10 --map 'plant/# -> test/plant/#'`
    },
    {
      description: 'One minute of one device, over and over',
      command: `<%= config.bin %> replay traffic.jsonl --channel 'device/7/#' --from +5m --to +6m --loop`
    },
    {
      description: 'As fast as the broker takes it, with timestamps of today',
      command: '<%= config.bin %> replay traffic.jsonl.gz --speed max --shift-time /time'
    },
    {
      description: 'What would be sent, and when?',
      command: '<%= config.bin %> replay traffic.jsonl --max-gap 5s --dry-run'
    }
  ]

  static override args = {
    file: Args.string({
      ignoreStdin: true,
      required: true,
      multiple: true,
      description: 'recording; several are merged; - is stdin'
    })
  }

  static override flags = { ...replayFlags, ...connectionFlags }

  override transports = transports

  override async init(): Promise<void> {
    await super.init()
    this.argv = withLoopValue(this.argv)
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Replay)
    const spoken = await this.protocolFor(flags, replayWishesOf(flags))
    const { protocol } = spoken
    const source = new RecordingSource(args.file, this.io, flags.format)
    source.check(flags.loop)
    const recorded = await protocolOfRecording(await source.readHeader(), this.transports)
    const target = messageTargetOf(spoken, flags)
    const grammars = { recorded: (recorded ?? protocol).grammar, target: protocol.grammar }
    const request = replayRequestOf(flags, grammars)
    const { io, say, warn } = this.context
    const options = flags['dry-run'] ? undefined : await this.connectionOptions(flags, spoken)
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
            protocol,
            options,
            clock: preciseClock,
            onConnected: (player) => steerReplay(this.context, source, request.rounds, player)
          })
    const asked = { rounds: request.rounds, dryRun: options === undefined }
    const noticed = { interrupted: interruptedBy(io), losses: target.losses }
    this.conclude(replayEnding(outcome, { ...asked, ...noticed }))
  }
}
