import { Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.js'
import { TidingsError } from '../../core/errors.js'
import { formatBrokerStatus } from '../../ui/broker-status.js'

export default class BrokerStatus extends BaseCommand {
  static override summary = 'Show whether a broker runs on this computer, and its figures'
  static override description =
    'Asks the broker that commands use when they name no broker. Ends with 3 if no such broker runs.'
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
    const status = await askBroker(place.controlPath, 'status')
    if (status === undefined) {
      throw new TidingsError(
        'connect',
        `cannot ask the local broker in "${place.folder}": no local broker runs`,
        {
          code: 'no-local-broker',
          suggestion: 'tidings broker starts one, and so does any command that names no broker'
        }
      )
    }
    await this.io.stdout.write(
      flags.json
        ? `${JSON.stringify({ running: true, version: '0.1', ...status })}\n`
        : formatBrokerStatus(status)
    )
  }
}
