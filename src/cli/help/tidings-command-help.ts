import { type Command, CommandHelp, type Interfaces } from '@oclif/core'

const CONNECTION = 'CONNECTION'
const isForConnecting = ({ helpGroup }: Command.Flag.Any) => helpGroup === CONNECTION

interface Example {
  readonly description?: string
  readonly command: string
}

const examplesOf = (examples: Command.Example[] | string | undefined): Example[] =>
  [examples ?? []].flat().map((example) => (typeof example === 'string' ? { command: example } : example))

/** The help of one command. */
export class TidingsCommandHelp extends CommandHelp {
  /** @param isWhole whether each flag for connecting is shown, and not one line for all of them */
  constructor(
    command: Command.Loadable,
    config: Interfaces.Config,
    opts: Interfaces.HelpOptions,
    private readonly isWhole: boolean
  ) {
    super(command, config, opts)
  }

  protected override flags(flags: Command.Flag.Any[]) {
    const [first, ...others] = flags
    if (this.isWhole || first === undefined || !isForConnecting(first)) return super.flags(flags)
    const [row] = super.flags([first]) ?? []
    const [label = ''] = row ?? []
    const line: [string, string] = [
      label,
      `${first.summary?.split(';')[0] ?? ''}; ${others.length} more: tidings help connection`
    ]
    return [line]
  }

  protected override flagsDescriptions(flags: Command.Flag.Any[]) {
    return super.flagsDescriptions(this.isWhole ? flags : flags.filter((flag) => !isForConnecting(flag)))
  }

  /** A command is never wrapped: a break within quotes is a part of the text. A terminal wraps it so that a copy is one line. */
  protected override examples(examples: Command.Example[] | string | undefined) {
    return examplesOf(examples)
      .map(({ description, command }) => {
        const line = `$ ${this.render(command)}`
        if (description === undefined) return line
        return `${this.wrap(description, 2 * this.indentSpacing)}\n\n${this.indent(line)}`
      })
      .join('\n\n')
  }

  /** The short names as they are typed. */
  protected override aliases(aliases: string[] | undefined) {
    return aliases?.length ? aliases.map((alias) => `$ ${this.config.bin} ${alias}`).join('\n') : undefined
  }
}
