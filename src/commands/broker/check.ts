import { randomBytes } from 'node:crypto'
import { Args, Flags } from '@oclif/core'
import { BaseCommand, type ParsedLine } from '../../cli/base-command.js'
import { connectionFlags } from '../../cli/flags/connection.js'
import { durationFlag } from '../../cli/flags/values.js'
import { yesFlag } from '../../cli/flags/yes.js'
import { checkChannelName } from '../../core/channel-name.js'
import { transports } from '../../transport/transports.js'
import { formatBrokerCheck, formatBrokerCheckJson } from '../../ui/broker-check.js'

const ROUND_TRIPS = 20

export default class BrokerCheck extends BaseCommand {
  static override summary = 'Find out what a broker can do'
  static override description =
    `Publishes and subscribes below tidings-check/, and reports what works: protocol versions, limits, QoS, retained messages, groups, sessions, unusual names, latency. Removes the messages that it retained. Makes a new connection with a new client identifier for each test.
On Kafka it uses one topic, which it creates and deletes again; where that is not permitted, it publishes nothing.
Ends with 0 after all tests, whatever their results. With --group, it only asks how far that group is: it publishes and creates nothing, and ends with 4 where there is no such group.`
  static override examples = [
    {
      description: 'A broker that you do not know yet',
      command: '<%= config.bin %> broker check test.example'
    },
    {
      description: 'Does the broker support groups (shared subscriptions)?',
      command: '<%= config.bin %> broker check --json | jq .shared.works'
    },
    {
      description: 'How far behind is a consumer group of Kafka?',
      command: '<%= config.bin %> broker check kafka://test.example --group billing'
    }
  ]

  static override args = {
    url: Args.string({
      ignoreStdin: true,
      required: false,
      description: 'URL of the broker, instead of --broker'
    })
  }

  static override flags = {
    json: Flags.boolean({ char: 'j', summary: 'one JSON object; errors are JSON, too' }),
    below: Flags.string({
      helpValue: 'CHANNEL',
      default: 'tidings-check',
      summary: 'publish and subscribe below this channel, where tidings-check is not permitted'
    }),
    group: Flags.string({
      char: 'g',
      helpValue: 'NAME',
      summary:
        'tell only how many messages this group or session has still to read, in which partitions, and who its members are (Kafka)'
    }),
    timeout: durationFlag({
      char: 't',
      default: 2000,
      defaultHelp: async () => '2s',
      summary: 'how long to wait for each answer'
    }),
    ...yesFlag,
    ...connectionFlags
  }

  override transports = transports

  protected override namedOn(line: ParsedLine) {
    const named = super.namedOn(line)
    return { ...named, hasBroker: named.hasBroker || line.args.url !== undefined }
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(BrokerCheck)
    const connecting = { ...flags, ...(args.url !== undefined && { broker: args.url }) }
    const spoken = await this.protocolFor(
      connecting,
      flags.group === undefined ? [] : [['--group', 'group-progress']]
    )
    const { protocol } = spoken
    const { io } = this
    const check = await protocol.checkBroker({
      connection: await (flags.group === undefined
        ? this.publishingOptions(connecting, spoken)
        : this.connectionOptions(connecting, spoken)),
      clock: io.clock,
      below: checkChannelName(flags.below, protocol.grammar),
      id: randomBytes(6).toString('hex'),
      patience: flags.timeout,
      roundTrips: ROUND_TRIPS,
      group: flags.group,
      stop: io.stop
    })
    await io.stdout.write(flags.json ? formatBrokerCheckJson(check) : formatBrokerCheck(check))
    if (flags.json) return
    for (const text of check.warnings) this.context.warn(text)
  }
}
