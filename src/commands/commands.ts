import { Flags } from '@oclif/core'
import { BaseCommand } from '../cli/base-command.js'
import { commandName, describedProgram, shownCommands } from '../cli/help/described-program.js'
import type { Manifest } from '../cli/help/manifest.js'
import { readTextFile } from '../files/whole-file.js'

export default class Commands extends BaseCommand {
  static override summary = 'List all commands, or describe them for programs'
  static override description =
    'With --json, one JSON object holds each command with its arguments, flags, defaults and variables, and the exit codes.'
  static override examples = [
    { description: 'Which commands are there?', command: '<%= config.bin %> commands' },
    {
      description: 'The flags of publish',
      command: `<%= config.bin %> commands --json | jq -r '.commands[] | select(.name == "publish").flags[].name'`
    }
  ]

  static override flags = {
    json: Flags.boolean({ char: 'j', summary: 'describe everything as JSON' })
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Commands)
    const { root } = this.config
    const manifest: Manifest = JSON.parse(await readTextFile(`${root}/oclif.manifest.json`, this.io.stop))
    await this.io.stdout.write(flags.json ? await this.described(manifest) : listed(manifest))
  }

  private async described(manifest: Manifest): Promise<string> {
    const exitCodes = await readTextFile(`${this.config.root}/dist/help/topics/exit-codes.md`, this.io.stop)
    return `${JSON.stringify(describedProgram(manifest, exitCodes), undefined, 2)}\n`
  }
}

function listed(manifest: Manifest): string {
  const commands = shownCommands(manifest)
  const width = Math.max(...commands.map((command) => commandName(command).length))
  return commands.map((command) => `${commandName(command).padEnd(width)}  ${command.summary}\n`).join('')
}
