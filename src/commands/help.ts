import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../cli/base-command.js'
import TidingsHelp, { WHOLE } from '../cli/help/tidings-help.js'
import { unknownCommand } from '../cli/unknown-command.js'

export default class Help extends BaseCommand {
  static override summary = 'Show help for a command or a topic'
  static override usage = 'help [COMMAND | TOPIC] [FLAGS]'
  static override examples = [
    { description: 'The flags of a command', command: '<%= config.bin %> help publish' },
    { description: 'A topic', command: '<%= config.bin %> help exit-codes' }
  ]

  static override args = {
    name: Args.string({ ignoreStdin: true, multiple: true, description: 'a command, or a topic' })
  }

  static override flags = {
    all: Flags.boolean({ summary: 'show each flag for connecting, too' })
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Help)
    const { config } = this
    const words = args.name ?? []
    const id = words.join(':')
    if (id !== '' && !config.findCommand(id) && !config.findTopic(id))
      throw unknownCommand(['help', ...words], config.commandIDs)
    const help = new TidingsHelp(config, config.pjson.oclif.helpOptions ?? {})
    await help.showHelp(id === '' ? [] : [id, ...(flags.all ? [WHOLE] : [])])
  }
}
