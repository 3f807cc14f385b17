import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { keepChannels } from '../../src/files/recent-channels.js'
import { makeHome, PROGRAM } from './program.js'
import { TerminalProgram } from './terminal-program.js'

export type ShellName = 'bash' | 'zsh' | 'fish'

/** How each shell is started so that it reads this file and nothing of the machine's, in folder `home`. */
const START: Readonly<
  Record<ShellName, { readonly file: string; readonly text: string; readonly command: string }>
> = {
  bash: {
    file: '.rc',
    text: `PS1='READY> '\nbind 'set enable-bracketed-paste off' 2>/dev/null\nsource <(tidings completion bash)\n`,
    command: 'exec bash --noprofile --rcfile .rc -i'
  },
  zsh: {
    file: '.zshrc',
    text: `PS1='READY> '\nunset zle_bracketed_paste\nautoload -Uz compinit\ncompinit -u\nsource <(tidings completion zsh)\n`,
    command: 'ZDOTDIR=$PWD exec zsh --no-globalrcs -i'
  },
  fish: {
    file: '.config/fish/config.fish',
    text: `function fish_prompt\n    echo -n 'READY> '\nend\nset -g fish_greeting\nset -g fish_autosuggestion_enabled 0\ntidings completion fish | source\n`,
    command: 'exec fish -i'
  }
}

/** A shell on a terminal, with completion of tidings, in which `tidings` itself only keeps its arguments. */
export class CompletingShell {
  readonly home = makeHome()
  readonly cwd = join(this.home.path, 'work')
  private readonly terminal: TerminalProgram
  private readonly kept = join(this.home.path, 'arguments')
  private prompts = 0

  /** @param channels those that were seen lately on the broker `local` */
  constructor(name: ShellName, channels: readonly string[]) {
    const { file, text, command } = START[name]
    const bin = join(this.home.path, 'bin')
    for (const folder of [bin, this.cwd, join(this.cwd, '.config', 'fish')])
      mkdirSync(folder, { recursive: true })
    // Arguments are kept for every command but those of completion.
    writeFileSync(
      join(bin, 'tidings'),
      `#!/bin/sh\ncase $1 in comple*) exec '${process.execPath}' '${PROGRAM}' "$@" ;; esac\nprintf '%s\\0' "$@" > '${this.kept}'\n`
    )
    chmodSync(join(bin, 'tidings'), 0o755)
    writeFileSync(join(this.cwd, file), text)
    const caches = join(this.home.path, 'cache')
    keepChannels(join(caches, 'tidings', 'recent-channels.json'), 'local', channels)
    const env = {
      ...this.home.env,
      HOME: this.cwd,
      XDG_CACHE_HOME: caches,
      PATH: `${bin}:${this.home.env.PATH}`,
      LANG: 'C.UTF-8',
      TERM: 'xterm'
    }
    this.terminal = new TerminalProgram([], env, { columns: 160, rows: 50 }, [
      'sh',
      '-c',
      `cd '${this.cwd}'; ${command}`
    ])
  }

  /** Types a text and presses TAB; resolves with the screen once it shows `shown`. */
  async complete(text: string, shown: string | RegExp): Promise<string> {
    await this.ready()
    this.terminal.press(`${text}\t`)
    return this.terminal.showing(shown)
  }

  /** Presses further keys; resolves once the screen shows `shown`. */
  async press(keys: string, shown: string | RegExp): Promise<string> {
    this.terminal.press(keys)
    return this.terminal.showing(shown)
  }

  /** Runs the line; resolves with the arguments that tidings got. */
  async run(): Promise<string[]> {
    this.terminal.press('\r')
    await this.ready()
    return existsSync(this.kept) ? readFileSync(this.kept, 'utf8').split('\0').slice(0, -1) : []
  }

  private async ready(): Promise<void> {
    this.prompts++
    await this.terminal.showing(new RegExp(`(READY> [^]*){${this.prompts}}`))
  }

  close(): void {
    this.terminal.kill('SIGKILL')
    this.home.remove()
  }
}
