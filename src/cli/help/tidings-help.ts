import { type Command, Help } from '@oclif/core'
import { inOrderOfUse } from './command-order.js'
import { HELP_TOPICS } from './help-topics.js'
import { TidingsCommandHelp } from './tidings-command-help.js'

/** The flag that shows each flag for connecting, too. */
export const WHOLE = '--all'

const EXAMPLES = [
  ['subscribe user_signed_up', 'show the events of a channel as they arrive'],
  [`publish user_signed_up '{"name":"Ada"}'`, 'publish one, from another terminal'],
  ['channels', 'which channels are there?']
] as const

const BROKER =
  '--broker URL or TIDINGS_BROKER names the broker; --profile NAME is one of yours. Without one, tidings uses an embedded broker, which starts by itself.'

const MORE = ['COMMAND --help', 'COMMAND --help --all', 'help TOPIC']

/** What oclif prints as help. */
export default class TidingsHelp extends Help {
  /** The command reference shows everything; a command line asks for it. */
  private isWhole = true

  override async showHelp(argv: string[]): Promise<void> {
    this.isWhole = argv.includes(WHOLE)
    const words = argv.filter((word) => !word.startsWith('-'))
    // oclif skips the word, wherever it stands.
    const own = words.length > 0 && words.every((word) => word === 'help') && this.config.findCommand('help')
    if (own) await this.showCommandHelp(own)
    else await super.showHelp(argv.filter((word) => word !== WHOLE))
  }

  protected override getCommandHelpClass(command: Command.Loadable): TidingsCommandHelp {
    return new TidingsCommandHelp(command, this.config, this.opts, this.isWhole)
  }

  protected override get sortedCommands(): Command.Loadable[] {
    return inOrderOfUse(super.sortedCommands, ({ id }) => id).filter(
      ({ id, aliases }) => !aliases.includes(id)
    )
  }

  protected override async showRootHelp(): Promise<void> {
    const { bin, pjson } = this.config
    const groups = inOrderOfUse(this.sortedTopics, ({ name }) => name).filter(
      ({ name }) => !name.includes(':')
    )
    const commands = this.sortedCommands.filter(
      ({ id }) => !id.includes(':') && !groups.some(({ name }) => name === id)
    )
    const list = (rows: (string | undefined)[][]) =>
      this.renderList(rows, { indentation: 2, spacer: '\n', stripAnsi: this.opts.stripAnsi ?? false })
    const sections: [string, string][] = [
      ['EXAMPLES', list(EXAMPLES.map(([line, what]) => [`$ ${bin} ${line}`, what]))],
      ['BROKER', this.wrap(BROKER)],
      ['COMMANDS', list(commands.map((command) => [command.id, this.summary(command)]))],
      ['GROUPS', list(groups.map(({ name, description }) => [name, description]))],
      ['HELP', MORE.map((line) => `$ ${bin} ${line}`).join('\n')],
      ['TOPICS', list(HELP_TOPICS.map(({ name, summary }) => [name, summary]))]
    ]
    const description = this.wrap(pjson.description ?? '')
    this.log([description, ...sections.map(([header, body]) => this.section(header, body))].join('\n\n'))
    this.log('')
  }
}
