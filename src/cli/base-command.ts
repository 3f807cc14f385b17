import { Command, Flags, type Interfaces } from '@oclif/core'
import { type CapabilityWish, requireCapabilities } from '../core/capabilities.js'
import type { ConnectionNotice, ConnectionOptions } from '../core/connection.js'
import { TidingsError } from '../core/errors.js'
import type { NamedElsewhere } from '../core/named-elsewhere.js'
import type { Profiles } from '../core/profile/profile.js'
import type { SpokenProtocol, Transports } from '../core/protocol.js'
import type { Ending } from '../ui/ending.js'
import { checkArgumentBytes } from './argument-bytes.js'
import type { CommandContext } from './command-context.js'
import { brokersOf, type ConnectionFlags, connectionOptionsOf } from './connection-options.js'
import { type FailureReport, reportFailure } from './failure-report.js'
import { CONNECTION_WISHES } from './flags/connection.js'
import type { TargetFlags } from './flags/target.js'
import { flagsGiven } from './given-flags.js'
import { type Io, processIo } from './io.js'
import { withPasswordPrompt } from './password-argument.js'
import type { UsedProfile } from './profile/used-profile.js'
import { givenOf, keysOf } from './profile-flags.js'
import { shownText } from './shown-text.js'
import { type KnownSwitch, refuseSwitchValues } from './switch-values.js'
import { isParserError } from './usage-failure.js'
import { type NamedOnLine, wantedProfile } from './wanted-profile.js'

/** The transports of commands that do not connect. */
const NO_TRANSPORTS: Transports = {
  find: () => Promise.reject(new Error('this command does not connect')),
  schemeMeant: () => undefined
}

const ENDED_EARLY = new TidingsError('unfinished', 'the command ended before its work was done', {
  code: 'ended-early'
})

/** What oclif's parser has found. */
export interface ParsedLine {
  readonly flags: Readonly<Record<string, unknown>>
  readonly args: Readonly<Record<string, unknown>>
}

/** @param given the flags that stand on the command line */
type ChooseProfile = (profiles: Profiles, given: ReadonlySet<string>, io: Io) => Promise<string | undefined>

/** What every command has: its world (`io`), words for stderr, and one way to report failures. */
export abstract class BaseCommand extends Command {
  static override baseFlags = {
    quiet: Flags.boolean({ helpGroup: 'GLOBAL', summary: 'say nothing on stderr but errors' })
  }

  /** Tests hand in another world before they run the command. */
  io: Io = processIo()

  /** The protocols that a command can speak; tests hand in others. */
  transports: Transports = NO_TRANSPORTS

  override async init(): Promise<void> {
    await super.init()
    checkArgumentBytes(this.argv)
    this.argv = withPasswordPrompt(this.argv)
    refuseSwitchValues(this.argv, this.knownFlags)
    this.io.started(this.report(ENDED_EARLY).text)
  }

  override async finally(): Promise<void> {
    this.io.finished()
  }

  /** In a command that connects, the flags have the values of the profile that it uses. */
  protected override async parse<
    F extends Interfaces.OutputFlags<Interfaces.FlagInput>,
    B extends Interfaces.OutputFlags<Interfaces.FlagInput>,
    A extends Interfaces.OutputArgs<Interfaces.ArgInput>
  >(options?: Interfaces.Input<F, B, A>, argv?: string[]): Promise<Interfaces.ParserOutput<F, B, A>> {
    const parsed = await super.parse(options, argv)
    if (!('profile' in this.knownFlags)) return parsed
    this.namedBrokers = [parsed.flags.broker ?? []].flat().map(String)
    const given = givenOf(this.flagsGiven, this.io.env)
    const ask = (profiles: Profiles) => this.chooseProfile(profiles, this.flagsGiven, this.io)
    this.profile = await wantedProfile(this.namedOn(parsed), given, ask, this.context)
    if (this.profile === undefined) return parsed
    const { flagsFrom } = await import('./profile/used-profile.js')
    return { ...parsed, flags: { ...parsed.flags, ...flagsFrom(this.profile, given) } }
  }

  /** The profile that the parsed flags have values of. */
  protected profile: UsedProfile | undefined

  /** The brokers that the command line or the environment names. */
  private namedBrokers: readonly string[] = []

  /** What names the broker where the command line does not; undefined where nothing does. */
  protected get namedElsewhere(): NamedElsewhere | undefined {
    if (this.flagsGiven.has('broker')) return undefined
    const profile = this.profile?.profile.name
    return profile === undefined && this.namedBrokers.length === 0 ? undefined : { profile }
  }

  /** The profile and the broker that the command line names. A command may take them as arguments, too. */
  protected namedOn({ flags }: ParsedLine): NamedOnLine {
    const given = this.flagsGiven
    return {
      profile: given.has('profile') ? String(flags.profile) : undefined,
      hasBroker: given.has('broker')
    }
  }

  /** Asks for one of several profiles, of which none is in use. Undefined is none of them. */
  chooseProfile: ChooseProfile = async () => undefined

  protected get isQuiet(): boolean {
    return this.flagsGiven.has('quiet')
  }

  /** What the command hands to the functions that do its work. */
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

  /** Writes one line to stderr, unless `--quiet`. Control characters in it are made visible. */
  protected say(text: string): void {
    if (!this.isQuiet) this.tell(`${shownText(text)}\n`)
  }

  /** Writes the connection's notices to stderr, one line each. Warnings are written with `--quiet`, too. */
  protected readonly notice = (notice: ConnectionNotice): void => {
    if (notice.kind === 'warning') this.tell(`Warning: ${shownText(notice.text)}\n`)
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
   * The protocol of the brokers that the flags name, after a check that it can do what the flags ask.
   * @throws TidingsError of kind usage for brokers of no or of several protocols, and for a wish that cannot be met
   */
  protected async protocolFor(
    flags: ConnectionFlags,
    wishes: readonly CapabilityWish[] = []
  ): Promise<SpokenProtocol> {
    const brokers = brokersOf(flags)
    const spoken = await this.transports.find(brokers)
    const keys = this.profile && keysOf(this.profile.profile.settings)
    const given = CONNECTION_WISHES.filter(
      ([flag]) => this.flagsGiven.has(flag.slice(2)) || keys?.has(flag.slice(2))
    )
    try {
      requireCapabilities(spoken.rows, [...given, ...wishes], flags.broker !== undefined)
    } catch (error) {
      const { withHintAtScheme } = await import('./hint-at-scheme.js')
      throw await withHintAtScheme(error, brokers[0], spoken, this.transports)
    }
    return spoken
  }

  protected connectionOptions(
    flags: ConnectionFlags & Partial<TargetFlags>,
    spoken: SpokenProtocol
  ): Promise<ConnectionOptions> {
    return connectionOptionsOf(flags, this.io, spoken, this.notice, this.profile?.profile)
  }

  /** The same for a command that publishes: where the profile is protected, asks first, unless the flags say not to. */
  protected async publishingOptions(
    flags: ConnectionFlags & Partial<TargetFlags> & { readonly yes: boolean },
    spoken: SpokenProtocol
  ): Promise<ConnectionOptions> {
    const { profile } = this.profile ?? {}
    if (profile?.settings.protect && !flags.yes) {
      const { confirmProtected } = await import('./profile/confirm-protected.js')
      await confirmProtected(profile, this.id?.replaceAll(':', ' ') ?? '', this.io)
    }
    return this.connectionOptions(flags, spoken)
  }

  override async catch(error: unknown): Promise<void> {
    const report = this.report(await this.withHint(error), await this.brokerOfRefused(error))
    this.io.setExitCode(report.exitCode)
    this.tell(report.text)
  }

  /** The broker of a line that the parser has refused: whose tools a user knows, it tells. */
  private async brokerOfRefused(error: unknown): Promise<string | undefined> {
    if (!isParserError(error) || !('broker' in this.knownFlags)) return undefined
    const { brokerOfLine } = await import('./broker-of-line.js')
    return brokerOfLine(this.argv, this.context)
  }

  private async withHint(error: unknown): Promise<unknown> {
    const inUse = this.profile?.isNamed === false && !this.flagsGiven.has('broker') ? this.profile : undefined
    if (this.namedBrokers.length === 0 && inUse === undefined) return error
    const { withHintAtBroker, withProfileInUse } = await import('./hint-at-broker.js')
    if (inUse !== undefined) return withProfileInUse(error, inUse.profile.name)
    return withHintAtBroker(error, this.namedBrokers, { env: this.io.env, transports: this.transports })
  }

  private report(error: unknown, broker?: string): FailureReport {
    return reportFailure(error, {
      json: this.flagsGiven.has('json'),
      help: `${this.config.bin} ${this.id?.replaceAll(':', ' ') ?? ''} --help`,
      id: this.id ?? '',
      flags: this.knownFlags,
      argv: this.argv,
      broker,
      variableOf: (flag) => this.variableOf(flag),
      debug: this.io.env.DEBUG !== undefined && /tidings|\*/.test(this.io.env.DEBUG)
    })
  }

  /** A stderr that cannot be written to is no failure of the command. */
  private tell(text: string): void {
    if (text === '') return
    try {
      const written = this.io.stderr.write(text)
      if (written) written.catch(() => undefined)
    } catch {
      return
    }
  }

  /** The flags that stand on the command line: a value may also come from a variable. */
  protected get flagsGiven(): ReadonlySet<string> {
    // Every line that is told asks for it: 40,000 times after an update of 20,000 channels.
    if (this.given?.argv !== this.argv)
      this.given = { argv: this.argv, names: flagsGiven(this.argv, this.knownFlags) }
    return this.given.names
  }

  private get knownFlags(): Readonly<Record<string, KnownSwitch>> {
    return { ...this.ctor.baseFlags, ...this.ctor.flags }
  }

  private given: { readonly argv: readonly string[]; readonly names: ReadonlySet<string> } | undefined

  private variableOf(flag: string): string | undefined {
    const variable = `TIDINGS_${flag.slice(2).replaceAll('-', '_').toUpperCase()}`
    return this.flagsGiven.has(flag.slice(2)) || this.io.env[variable] === undefined ? undefined : variable
  }
}
