import { Args } from '@oclif/core'
import { BaseCommand } from '../cli/base-command.js'
import { checkedWishOf } from '../cli/checked-wish.js'
import { connectionFlags } from '../cli/flags/connection.js'
import { checkFlags } from '../cli/flags/contract.js'
import { recordFlags, recordRequestOf } from '../cli/flags/record.js'
import { keptWishOf, subscriptionFlags, subscriptionWishesOf } from '../cli/flags/subscription.js'
import { showRecording } from '../cli/show-recording.js'
import { subscriberHints } from '../cli/silence-hints.js'
import { tellSubscribed, warnOfRetained } from '../cli/tell-subscribed.js'
import { warnOfWildcards } from '../cli/warn-of-wildcards.js'
import { interruptedBy } from '../core/concluded.js'
import { prepareRecording } from '../files/recording/open-recording.js'
import { recordingFiles } from '../files/recording/recording-files.js'
import { asReadFailure, readableRecording } from '../files/recording/recording-input.js'
import { record, recordFailure } from '../operations/record.js'
import { verifyFailure } from '../operations/verify-failure.js'
import { verifyRecording } from '../operations/verify-recording.js'
import { transports } from '../transport/transports.js'
import { formatVerifyJson, formatVerifyReport } from '../ui/verify-report.js'

export default class Record extends BaseCommand {
  static override summary = 'Record the messages of channels to a file'
  static override usage = 'record CHANNEL... --output FILE [FLAGS]'
  static override description =
    `Writes one line of JSON per message: the envelope of subscribe --json, with the time since the start of the recording.
A message is acknowledged to the broker only after it is on disk. A name that ends in .gz is compressed. A new file, and one that --force replaces, can be read by its owner only; one that --append continues keeps its mode. Links are followed.
Ends with 7 if no message came in time, with 8 if fewer than --count came, with 9 if the file could not be written.`
  static override examples = [
    { description: 'All, until Ctrl-C', command: `<%= config.bin %> record '#' --output traffic.jsonl` },
    {
      description: 'An hour of two plants, compressed',
      command: `<%= config.bin %> record 'plant/1/#' 'plant/2/#' --output plants.jsonl.gz --timeout 1h`
    },
    {
      description: 'Continue a recording, also after a crash',
      command: `<%= config.bin %> record '#' --output traffic.jsonl --append`
    },
    {
      description: 'One file per hour: traffic-0001.jsonl.gz, traffic-0002.jsonl.gz, ...',
      command: `<%= config.bin %> record '#' --output traffic.jsonl.gz --rotate 1h`
    },
    {
      description: 'Is the recording complete, and what does it hold?',
      command: '<%= config.bin %> record --verify traffic.jsonl'
    }
  ]

  static override args = {
    channel: Args.string({
      ignoreStdin: true,
      multiple: true,
      description: 'channel (topic) or pattern (topic filter); several may be given'
    })
  }

  static override flags = { ...recordFlags, ...subscriptionFlags, ...checkFlags, ...connectionFlags }

  override transports = transports

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Record)
    if (flags.verify !== undefined) return this.verify(flags.verify, flags.json)
    const patterns = args.channel ?? []
    const { sync, ...request } = recordRequestOf(flags, patterns)
    const spoken = await this.protocolFor(flags, subscriptionWishesOf(flags))
    const { protocol } = spoken
    const asked = keptWishOf(patterns, flags, protocol.grammar, this.io.clock.now())
    const { wish, tellAfter } = await checkedWishOf(asked, flags, protocol.grammar, 'record', this.context)
    warnOfWildcards([...patterns, ...(flags.exclude ?? [])], protocol.grammar, this.context.warn)
    await prepareRecording(request, this.io.stop)
    const options = await this.connectionOptions(flags, spoken)
    const { clock, stop } = this.io
    const display = showRecording(this.context)
    const recording = record({
      ...request,
      ...{ protocol, options, wish, clock, stop },
      tidings: this.config.version,
      files: recordingFiles(sync ? 'always' : 'at-end'),
      onConnected: warnOfRetained(this.context, wish),
      onSubscribed: tellSubscribed(this.context, wish),
      onOpen: display.begin
    })
    const hints = subscriberHints(protocol.grammar, flags, wish)
    const { failure } = await tellAfter(recording, display.end, (end) =>
      recordFailure(end, flags.count, interruptedBy(stop), wish, hints)
    )
    if (failure) throw failure
  }

  /** Writes what a recording holds. Throws if the recording is damaged. */
  private async verify(name: string, json: boolean): Promise<void> {
    const { io } = this
    const report = await verifyRecording(readableRecording(name, io).open, asReadFailure, io.stop)
    await io.stdout.write(json ? formatVerifyJson(name, report) : formatVerifyReport(name, report))
    const failure = verifyFailure(report)
    if (failure) throw failure
  }
}
