import { Args } from '@oclif/core'
import { BaseCommand } from '../cli/base-command.js'
import { SHELLS, type Shell } from '../cli/completion/completion-lines.js'
import { COMPLETION_SCRIPTS, COMPLETION_SETUP } from '../cli/completion/completion-scripts.js'

export default class Completion extends BaseCommand {
  static override summary = 'Print a script that completes commands, flags and channels'
  static override usage = 'completion bash|zsh|fish'
  static override description = `Your shell reads the script once, when it starts:
${SHELLS.map((shell) => `${shell}: ${COMPLETION_SETUP[shell]}`).join('\n')}
Offered are commands, flags, their values, files, and the channels that were seen lately on the broker. Nothing is connected to.`

  static override examples = [
    { description: 'Try it in this shell', command: 'source <(<%= config.bin %> completion bash)' }
  ]

  static override args = {
    shell: Args.custom<Shell>({ options: [...SHELLS] })({
      ignoreStdin: true,
      required: true,
      description: 'the shell'
    })
  }

  async run(): Promise<void> {
    const { args } = await this.parse(Completion)
    await this.io.stdout.write(COMPLETION_SCRIPTS[args.shell])
  }
}
