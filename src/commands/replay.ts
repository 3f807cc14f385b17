import { Args } from '@oclif/core'
import { BaseCommand } from '../cli/base-command.js'
import { connectionFlags } from '../cli/flags/connection.js'
import { replayFlags, replayRequestOf, withLoopValue } from '../cli/flags/replay.js'
import { preciseClock } from '../cli/precise-clock.js'
import { RecordingSource } from '../cli/recording/recording-source.js'
import { showReplay, steer } from '../cli/recording/replay-steering.js'
import { listenToContinue, listenToKeys } from '../cli/terminal-keys.js'
import type { ConnectionNotice } from '../core/connection.js'
import { dryRun } from '../operations/dry-run.js'
import { Player } from '../operations/player.js'
import { openConnection } from '../transport/open-connection.js'
import { encodeDueMessages, formatDueMessages } from '../ui/dry-run-lines.js'
import { formatReplaySummary, replayFailure } from '../ui/replay-report.js'

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

  override async init(): Promise<void> {
    await super.init()
    this.argv = withLoopValue(this.argv)
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Replay)
    const { stop, stdout } = this.io
    const request = replayRequestOf(flags)
    const source = new RecordingSource(args.file, this.io, flags.format)
    await source.check(request.rounds)
    let replay: Player | undefined
    const onNotice = (notice: ConnectionNotice) => {
      if (notice.kind === 'reconnecting') replay?.connectionLost()
      if (notice.kind === 'reconnected') replay?.connectionRestored()
      this.notice(notice)
    }
    const show = flags.json ? encodeDueMessages : formatDueMessages
    const { clock, connection } = flags['dry-run']
      ? dryRun(this.io.clock, (batch, due) => stdout.write(show(batch, due)))
      : {
          clock: preciseClock,
          connection: await openConnection({ ...(await this.connectionOptions(flags)), onNotice })
        }
    replay = new Player({
      ...request,
      source,
      connection,
      clock,
      stop,
      drainTimeout: flags['drain-timeout'],
      ackTimeout: flags['dry-run'] ? 0 : flags['ack-timeout'],
      onNotice: (text) => this.say(text)
    })
    const shown =
      flags.quiet || flags['dry-run'] ? undefined : await this.show(replay, source, request.rounds)
    const stops = listenToContinue(() => replay?.stoodStill())
    const outcome = await replay.run()
    stops.close()
    shown?.stop()
    await connection.close(flags['drain-timeout'])
    const failure = replayFailure(outcome, {
      interrupted: this.interruptedBy,
      endless: request.rounds === Number.POSITIVE_INFINITY
    })
    if (failure) throw failure
    if (!flags['dry-run']) this.say(formatReplaySummary(outcome))
  }

  /** Shows how it goes and, on a terminal, takes keys. */
  private async show(replay: Player, source: RecordingSource, rounds: number): Promise<{ stop(): void }> {
    const { stdin, stderr } = this.io
    const end = await source.findEnd()
    const standing = () => {
      const { origin, ...progress } = replay.progress
      return {
        ...progress,
        rounds,
        total: end === undefined || origin === undefined ? undefined : end - origin
      }
    }
    const progress = showReplay(this.io, standing, (line) => this.say(line))
    const hasKeys = stderr.isTerminal && stdin.isTerminal && source.rereadable
    const keys = hasKeys ? listenToKeys(({ name }) => replay && steer(replay, name)) : undefined
    return {
      stop() {
        keys?.close()
        progress.stop()
      }
    }
  }
}
