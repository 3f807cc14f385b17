import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../cli/base-command.js'
import { helpTopic } from '../cli/help/help-topics.js'
import TidingsHelp, { WHOLE } from '../cli/help/tidings-help.js'
import { unknownCommand } from '../cli/unknown-command.js'
import { readTextFile } from '../files/whole-file.js'
import { topicText } from '../ui/help/topic-text.js'

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
    const topic = helpTopic(id)
    if (topic) {
      const document = await readTextFile(`${config.root}/dist/help/topics/${topic.name}.md`, this.io.stop)
      await this.io.stdout.write(topicText(document, this.io.stdout.columns))
      return
    }
    if (id !== '' && !config.findCommand(id) && !config.findTopic(id))
      throw unknownCommand(['help', ...words], config.commandIDs)
    const help = new TidingsHelp(config, config.pjson.oclif.helpOptions ?? {})
    await help.showHelp(id === '' ? [] : [id, ...(flags.all ? [WHOLE] : [])])
  }
}
