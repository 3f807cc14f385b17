import { Args } from '@oclif/core'
import { BaseCommand } from '../cli/base-command.js'
import { connectionFlags } from '../cli/flags/connection.js'
import { contractOf } from '../cli/flags/contract.js'
import { limitOf } from '../cli/flags/values.js'
import { watchFlags } from '../cli/flags/watch.js'
import { watchedPatterns, watchRulesOf, watchWishesOf, watchWishOf } from '../cli/flags/watch-request.js'
import { recordedProtocol } from '../cli/recorded-protocol.js'
import { watchHints } from '../cli/silence-hints.js'
import { tellSubscribed } from '../cli/tell-subscribed.js'
import { tellUnjudged } from '../cli/tell-unjudged.js'
import { warnOfWildcards } from '../cli/warn-of-wildcards.js'
import { watchOutputOf } from '../cli/watch-output.js'
import { ContractCheck } from '../core/contract-check.js'
import { readableRecording } from '../files/recording/recording-input.js'
import { watchChannels } from '../operations/watch.js'
import { watchRecording } from '../operations/watch-recording.js'
import { transports } from '../transport/transports.js'

export default class Watch extends BaseCommand {
  static override summary = 'Keep an eye on channels, and say only what is wrong'
  static override usage = 'watch PATTERN... [FLAGS]'
  static override description =
    `Shows a line when an incident begins, and a line when it ends; at the end a table of the channels, the worst first. An incident is what the flags say, a message that breaks its contract, and a lost connection; see "tidings help incidents".
Runs until Ctrl-C, --for or --stop-at-first. Ends with 10 if there was an incident, with 0 if there was none, with 7 if no message came in time and none was expected.
Of more than 50 incidents in a second, the rest is counted in one line. --json and the counts have all of them.`
  static override examples = [
    {
      description: 'Which device falls silent?',
      command: `<%= config.bin %> watch 'device/#' --max-silence 30s`
    },
    {
      description: 'Did the stream stay whole while I deployed?',
      command:
        '<%= config.bin %> watch orders --sequence /number --expect orders --for 10m --report junit.xml'
    },
    {
      description: 'Are messages late, or too many?',
      command: `<%= config.bin %> watch 'device/#' --max-age 5s --timestamp /time --max-rate 100/s`
    },
    {
      description: 'What was wrong in a recording?',
      command: '<%= config.bin %> watch --recording traffic.jsonl --max-silence 1m'
    }
  ]
  static override args = {
    pattern: Args.string({
      ignoreStdin: true,
      multiple: true,
      description: 'channels (topics) or patterns (topic filters) to watch; by default those of --expect'
    })
  }
  static override flags = { ...watchFlags, ...connectionFlags }
  override transports = transports

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Watch)
    const { io, warn } = this.context
    const { clock, stop } = io
    const patterns = watchedPatterns(args.pattern, flags, this.flagsGiven)
    const spoken = await this.protocolFor(flags, watchWishesOf(flags))
    const protocol = await recordedProtocol(flags.recording, spoken, this.transports, io)
    const { grammar } = protocol
    const contract = await contractOf(flags, grammar, this.context)
    const check = contract && new ContractCheck(contract)
    const rules = watchRulesOf(flags, patterns, grammar, contract)
    const wish = { ...watchWishOf(patterns, flags, grammar, spoken.rows, clock.now()), check }
    warnOfWildcards(patterns, grammar, warn)
    const read = flags.recording === undefined ? undefined : readableRecording(flags.recording, io)
    const options = read ?? (await this.connectionOptions(flags, spoken))
    const output = watchOutputOf(flags, this.context)
    const watch = {
      ...output,
      rules,
      wish,
      protocol,
      clock,
      stop,
      stopAtFirst: flags['stop-at-first'] === true
    }
    const watching =
      'brokers' in options
        ? watchChannels({
            ...watch,
            options,
            duration: limitOf(flags.for),
            hints: watchHints(grammar, flags, wish),
            onSubscribed: tellSubscribed(this.context, wish)
          })
        : watchRecording({ ...watch, recording: options })
    await output.conclude(watching.finally(tellUnjudged(this.context, wish.condition, output.close)))
  }
}
