import { Args } from '@oclif/core'
import { BaseCommand } from '../cli/base-command.js'
import { connectionFlags } from '../cli/flags/connection.js'
import { recordFlags, recordRequestOf } from '../cli/flags/record.js'
import { subscriberWishOf, subscriptionFlags, subscriptionWishesOf } from '../cli/flags/subscription.js'
import { interruptedBy } from '../cli/io.js'
import { refuseExisting } from '../files/recording/recording-files.js'
import { recordFailure } from '../operations/record.js'
import { transports } from '../transport/transports.js'
import { formatVerifyJson, formatVerifyReport } from '../ui/verify-report.js'
import { recordToFiles } from '../wiring/record/record-to-files.js'
import { verifyFile } from '../wiring/record/verify-file.js'

export default class Record extends BaseCommand {
  static override summary = 'Record the messages of channels to a file'
  static override usage = 'record CHANNEL... --output FILE [FLAGS]'
  static override description =
    `One line of JSON per message: the envelope of subscribe --json, with the time since the start of the recording.
A message is acknowledged to the broker only after it is on disk. A name that ends in .gz is compressed. The file can be read by its owner only.
Ends with 7 if the time ran out and nothing came, with 8 if fewer than --count came, with 9 if the file could not be written.`
  static override examples = [
    {
      description: 'Everything, until Ctrl-C',
      command: `<%= config.bin %> record '#' --output traffic.jsonl`
    },
    {
      description: 'An hour of two plants, compressed',
      command: `<%= config.bin %> record 'plant/1/#' 'plant/2/#' --output plants.jsonl.gz --timeout 1h`
    },
    {
      description: 'Go on with a recording, even after a crash',
      command: `<%= config.bin %> record '#' --output traffic.jsonl --append`
    },
    {
      description: 'A file per hour: traffic-0001.jsonl.gz, traffic-0002.jsonl.gz, ...',
      command: `<%= config.bin %> record '#' --output traffic.jsonl.gz --rotate 1h`
    },
    {
      description: 'Is it whole, and what is in it?',
      command: '<%= config.bin %> record --verify traffic.jsonl'
    }
  ]

  static override args = {
    channel: Args.string({
      ignoreStdin: true,
      multiple: true,
      description: 'channel or pattern; several may be given'
    })
  }

  static override flags = { ...recordFlags, ...subscriptionFlags, ...connectionFlags }

  override transports = transports

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Record)
    const { io } = this
    if (flags.verify !== undefined)
      return verifyFile(io, flags.verify, flags.json ? formatVerifyJson : formatVerifyReport)
    const patterns = args.channel ?? []
    const request = recordRequestOf(flags, patterns)
    const spoken = await this.protocolFor(flags, subscriptionWishesOf(flags))
    const { protocol } = spoken
    const wish = subscriberWishOf(patterns, flags, protocol.grammar, true)
    refuseExisting(request)
    const options = await this.connectionOptions(flags, spoken)
    const outcome = await recordToFiles(this.context, protocol, options, wish, request, this.config.version)
    const failure = recordFailure(outcome, flags.count, interruptedBy(io))
    if (failure) throw failure
  }
}
