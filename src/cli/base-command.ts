import { Command, Flags } from '@oclif/core'
import { type CapabilityWish, requireCapabilities } from '../core/capabilities.js'
import type { ConnectionNotice, ConnectionOptions } from '../core/connection.js'
import type { SpokenProtocol, Transports } from '../core/protocol.js'
import { visibleText } from '../core/visible-text.js'
import type { Ending } from '../ui/ending.js'
import { checkArgumentBytes } from './argument-bytes.js'
import type { CommandContext } from './command-context.js'
import { brokersOf, type ConnectionFlags, connectionOptionsOf } from './connection-options.js'
import { reportFailure } from './failure-report.js'
import { CONNECTION_WISHES } from './flags/connection.js'
import { flagsGiven } from './given-flags.js'
import { type Io, processIo } from './io.js'
import { withPasswordPrompt } from './password-argument.js'

/** Of commands that do not connect. */
const NO_TRANSPORTS: Transports = {
  find: () => Promise.reject(new Error('this command does not connect'))
}

/** What every command has: the world, words for stderr, and one way to fail. */
export abstract class BaseCommand extends Command {
  static override baseFlags = {
    quiet: Flags.boolean({ helpGroup: 'GLOBAL', summary: 'say nothing on stderr but errors' })
  }

  /** Tests hand in another world before they run the command. */
  io: Io = processIo()

  /** What commands that connect can speak; tests hand in others. */
  transports: Transports = NO_TRANSPORTS

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
    return this.flagsGiven.has('quiet')
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

  /**
   * Says what there is to say at the end.
   * @throws what the command fails with, if it does
   */
  protected conclude({ warnings, failure, line }: Ending): void {
    for (const text of warnings) this.context.warn(text)
    if (failure) throw failure
    if (line !== undefined) this.say(line)
  }

  /**
   * The protocol of the brokers that the flags name, once it is sure that it can do what is asked of it.
   * @throws TidingsError of kind usage for brokers of no or of several protocols, and for a wish that cannot be met
   */
  protected async protocolFor(
    flags: ConnectionFlags,
    wishes: readonly CapabilityWish[] = []
  ): Promise<SpokenProtocol> {
    const spoken = await this.transports.find(brokersOf(flags))
    const { flagsGiven } = this
    const given = CONNECTION_WISHES.filter(([flag]) => flagsGiven.has(flag.slice(2)))
    requireCapabilities(spoken.rows, [...given, ...wishes])
    return spoken
  }

  protected connectionOptions(flags: ConnectionFlags, spoken: SpokenProtocol): Promise<ConnectionOptions> {
    return connectionOptionsOf(flags, this.io, spoken, this.notice)
  }

  override async catch(error: unknown): Promise<void> {
    const report = reportFailure(error, {
      json: this.flagsGiven.has('json'),
      help: `${this.config.bin} ${this.id?.replaceAll(':', ' ') ?? ''} --help`,
      flagNames: Object.keys({ ...this.ctor.baseFlags, ...this.ctor.flags }).map((name) => `--${name}`),
      argv: this.argv,
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

  private get flagsGiven(): ReadonlySet<string> {
    return flagsGiven(this.argv, { ...this.ctor.baseFlags, ...this.ctor.flags })
  }

  private variableOf(flag: string): string | undefined {
    const variable = `TIDINGS_${flag.slice(2).replaceAll('-', '_').toUpperCase()}`
    return this.flagsGiven.has(flag.slice(2)) || this.io.env[variable] === undefined ? undefined : variable
  }
}
