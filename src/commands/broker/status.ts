import { Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.js'
import { brokerOfCommands } from '../../cli/broker-of-commands.js'
import { TidingsError } from '../../core/errors.js'
import { schemeOf } from '../../transport/broker-url.js'
import { formatBrokerStatus } from '../../ui/broker-status.js'

export default class BrokerStatus extends BaseCommand {
  static override summary = 'Show whether the embedded broker runs on this computer, and its figures'
  static override description =
    'Asks the broker that commands use when neither they nor a profile nor the environment names one. Ends with 3 if no such broker runs. "tidings broker check" asks any other broker.'
  static override examples = [
    '<%= config.bin %> broker status',
    {
      description: 'The number of connected clients',
      command: '<%= config.bin %> broker status --json | jq .clients'
    }
  ]

  static override flags = {
    json: Flags.boolean({ char: 'j', summary: 'one JSON object; errors are JSON, too' })
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(BrokerStatus)
    const [{ askBroker }, { localPlace }] = await Promise.all([
      import('../../transport/embedded/control.js'),
      import('../../transport/embedded/local-place.js')
    ])
    const place = localPlace(this.io.env)
    const [status, other] = await Promise.all([askBroker(place.controlPath, 'status'), this.otherBroker()])
    if (status === undefined) {
      throw new TidingsError(
        'connect',
        `cannot ask the local broker in "${place.folder}": no local broker runs`,
        {
          code: 'no-local-broker',
          suggestion: other ?? 'tidings broker starts one, and so does any command that names no broker'
        }
      )
    }
    await this.io.stdout.write(
      flags.json
        ? `${JSON.stringify({ running: true, version: '0.1', ...status })}\n`
        : formatBrokerStatus(status, place.folder)
    )
    if (other !== undefined) this.say(`Commands use another broker: ${other}`)
  }
  /** Where commands go that name no broker, if not to the embedded one. */
  private async otherBroker(): Promise<string | undefined> {
    const used = await brokerOfCommands(this.context)
    if (used === undefined || used.brokers.every((broker) => schemeOf(broker) === 'local')) return undefined
    return `${used.named} names ${used.brokers.join(', ')}; "tidings broker check" asks that one`
  }
}
