import { randomBytes } from 'node:crypto'
import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.js'
import { connectionFlags } from '../../cli/flags/connection.js'
import { durationFlag } from '../../cli/flags/values.js'
import { checkChannelName } from '../../core/channel-name.js'
import { checkBroker } from '../../operations/check-broker.js'
import { openConnection } from '../../transport/open-connection.js'
import { brokerWarnings, formatBrokerCheck, formatBrokerCheckJson } from '../../ui/broker-check.js'

const ROUNDS = 20

export default class BrokerCheck extends BaseCommand {
  static override summary = 'Find out what a broker can do'
  static override description =
    `Publishes and subscribes on channels of its own, below tidings-check/, and tells what became of it: protocols, limits, QoS, retained messages,
groups, sessions, unusual names, latency. What it retained it removes. Each question has a connection and a client id of its own.
Ends with 0 once everything was asked, whatever the answers.`
  static override examples = [
    {
      description: 'A broker you have just met',
      command: '<%= config.bin %> broker check mqtt://test.example:1883'
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

  async run(): Promise<void> {
    const { args, flags } = await this.parse(BrokerCheck)
    const below = checkChannelName(flags.below)
    // A last will would be published by brokers that take a goodbye for a loss; the check is none of its business.
    const {
      will: _will,
      clientId: _clientId,
      ...options
    } = await this.connectionOptions({
      ...flags,
      ...(args.url !== undefined && { broker: args.url })
    })
    let onNotice: typeof options.onNotice | undefined = options.onNotice
    const id = randomBytes(6).toString('hex')
    const check = await checkBroker({
      connect: (wish) => {
        // What is to be said of connecting is said of the first; later ones would repeat it.
        const tell = onNotice
        onNotice = undefined
        return openConnection({
          ...options,
          ...wish,
          onNotice: (notice) => {
            tell?.(notice)
            wish.onNotice(notice)
          }
        })
      },
      clock: this.io.clock,
      scratch: `${below}/${id}`,
      clientId: `tidings-${id}`,
      protocols: options.protocol === 'auto' ? ['5', '3.1.1'] : [options.protocol],
      patience: flags.timeout,
      rounds: ROUNDS,
      stop: this.io.stop
    })
    await this.io.stdout.write(flags.json ? formatBrokerCheckJson(check) : formatBrokerCheck(check))
    if (flags.json) return
    for (const text of brokerWarnings(check)) this.context.warn(text)
  }
}
