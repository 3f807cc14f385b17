import { Command, Flags } from '@oclif/core'
import type { ConnectionNotice, ConnectionOptions } from '../core/connection.js'
import { visibleText } from '../core/visible-text.js'
import { checkArgumentBytes } from './argument-bytes.js'
import type { CommandContext } from './command-context.js'
import { type ConnectionFlags, connectionOptionsOf } from './connection-options.js'
import { reportFailure } from './failure-report.js'
import { type Io, processIo } from './io.js'
import { withPasswordPrompt } from './password-argument.js'

/** What every command has: the world, words for stderr, and one way to fail. */
export abstract class BaseCommand extends Command {
  static override baseFlags = {
    quiet: Flags.boolean({ helpGroup: 'GLOBAL', summary: 'say nothing on stderr but errors' })
  }

  /** Tests hand in another world before they run the command. */
  io: Io = processIo()

  override async init(): Promise<void> {
    await super.init()
    checkArgumentBytes(this.argv)
    this.argv = withPasswordPrompt(this.argv)
    this.io.started()
  }

  override async finally(): Promise<void> {
    this.io.finished()
  }

  protected get isQuiet(): boolean {
    return this.hasFlag('--quiet')
  }

  /** All of this for those who do the command's work. */
  protected get context(): CommandContext {
    const { io, isQuiet, notice } = this
    return {
      io,
      isQuiet,
      notice,
      say: (text) => this.say(text),
      warn: (text) => notice({ kind: 'warning', text })
    }
  }

  /** Talk: one line on stderr, unless `--quiet`. Control characters in it are made visible. */
  protected say(text: string): void {
    if (!this.isQuiet) this.tell(`${visibleText(text)}\n`)
  }

  /** The connection's notices, as lines on stderr; warnings are told even when quiet. */
  protected readonly notice = (notice: ConnectionNotice): void => {
    if (notice.kind === 'warning') this.tell(`Warning: ${visibleText(notice.text)}\n`)
    else if (!notice.isRoutine || this.io.stderr.isTerminal) this.say(notice.text)
  }

  protected connectionOptions(flags: ConnectionFlags): Promise<ConnectionOptions> {
    return connectionOptionsOf(flags, this.io, this.notice)
  }

  override async catch(error: unknown): Promise<void> {
    const report = reportFailure(error, {
      json: this.hasFlag('--json'),
      help: `${this.config.bin} ${this.id?.replaceAll(':', ' ') ?? ''} --help`,
      flagNames: Object.keys({ ...this.ctor.baseFlags, ...this.ctor.flags }).map((name) => `--${name}`),
      variableOf: (flag) => this.variableOf(flag),
      debug: this.io.env.DEBUG !== undefined && /tidings|\*/.test(this.io.env.DEBUG),
      visible: visibleText
    })
    this.io.setExitCode(report.exitCode)
    this.tell(report.text)
  }

  /** A stderr that nobody reads is no reason to fail. */
  private tell(text: string): void {
    if (text === '') return
    try {
      const written = this.io.stderr.write(text)
      if (written) written.catch(() => undefined)
    } catch {
      return
    }
  }

  private get flagsGiven(): readonly string[] {
    const end = this.argv.indexOf('--')
    return this.argv.slice(0, end === -1 ? undefined : end)
  }

  private hasFlag(flag: string): boolean {
    return this.flagsGiven.includes(flag)
  }

  private variableOf(flag: string): string | undefined {
    const variable = `TIDINGS_${flag.slice(2).replaceAll('-', '_').toUpperCase()}`
    const isGiven = this.flagsGiven.some((word) => word === flag || word.startsWith(`${flag}=`))
    return isGiven || this.io.env[variable] === undefined ? undefined : variable
  }
}
