import { BaseCommand } from '../../cli/base-command.js'

export default class BrokerStop extends BaseCommand {
  static override summary = 'Stop the broker that runs on this computer'
  static override description =
    'Stops the broker that commands use when they name no broker. The broker has stored everything when this command ends. Ends with 0 also if no broker runs.'
  static override examples = ['<%= config.bin %> broker stop']

  async run(): Promise<void> {
    await this.parse(BrokerStop)
    const [{ askBroker }, { localPlace }] = await Promise.all([
      import('../../transport/embedded/control.js'),
      import('../../transport/embedded/local-place.js')
    ])
    const stopped = await askBroker(localPlace(this.io.env).controlPath, 'stop')
    this.say(stopped === undefined ? 'No local broker runs' : `Stopped the broker (process ${stopped.pid})`)
  }
}
