import { randomBytes } from 'node:crypto'
import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.js'
import { connectionFlags } from '../../cli/flags/connection.js'
import { durationFlag } from '../../cli/flags/values.js'
import { checkChannelName } from '../../core/channel-name.js'
import { transports } from '../../transport/transports.js'
import { formatBrokerCheck, formatBrokerCheckJson } from '../../ui/broker-check.js'

const ROUND_TRIPS = 20

export default class BrokerCheck extends BaseCommand {
  static override summary = 'Find out what a broker can do'
  static override description =
    `Publishes and subscribes on channels of its own, below tidings-check/, and tells what became of it: protocols, limits, QoS, retained messages,
groups, sessions, unusual names, latency. What it retained it removes. Each question has a connection and a client id of its own.
Ends with 0 once everything was asked, whatever the answers.`
  static override examples = [
    {
      description: 'A broker you have just met',
      command: '<%= config.bin %> broker check test.example'
    },
    {
      description: 'Can it share a subscription?',
      command: '<%= config.bin %> broker check --json | jq .shared.works'
    }
  ]

  static override args = {
    url: Args.string({ ignoreStdin: true, required: false, description: 'the broker; instead of --broker' })
  }

  static override flags = {
    json: Flags.boolean({ char: 'j', summary: 'one JSON object; errors are JSON, too' }),
    below: Flags.string({
      helpValue: 'CHANNEL',
      default: 'tidings-check',
      summary: 'where to publish and subscribe, if you may not everywhere'
    }),
    timeout: durationFlag({
      char: 't',
      default: 2000,
      defaultHelp: async () => '2s',
      summary: 'how long to wait for each answer'
    }),
    ...connectionFlags
  }

  override transports = transports

  async run(): Promise<void> {
    const { args, flags } = await this.parse(BrokerCheck)
    const connecting = { ...flags, ...(args.url !== undefined && { broker: args.url }) }
    const spoken = await this.protocolFor(connecting)
    const { protocol } = spoken
    const { io } = this
    const check = await protocol.checkBroker({
      connection: await this.connectionOptions(connecting, spoken),
      clock: io.clock,
      below: checkChannelName(flags.below, protocol.grammar),
      id: randomBytes(6).toString('hex'),
      patience: flags.timeout,
      roundTrips: ROUND_TRIPS,
      stop: io.stop
    })
    await io.stdout.write(flags.json ? formatBrokerCheckJson(check) : formatBrokerCheck(check))
    if (flags.json) return
    for (const text of check.warnings) this.context.warn(text)
  }
}
