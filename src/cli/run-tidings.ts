import { join } from 'node:path'
import { Config, handle, type Interfaces, Plugin, run, settings } from '@oclif/core'
import type { BaseCommand } from './base-command.js'
import { ownCommand } from './own-command.js'
import { hasUserPlugins } from './user-folders.js'

export interface ProgramPlace {
  /** The package's folder: the one with package.json. */
  readonly root: string
  readonly packageJson: Interfaces.PJSON
  /** The ids of the package's own commands, such as `broker:status`; none when the TypeScript sources are to be run. */
  readonly ownCommands: readonly string[]
  /** Gives the class of one of them. */
  readonly loadCommand: (id: string) => OwnCommand
}

interface OwnCommand {
  new (args: string[], config: Config): BaseCommand
  id: string
}

/** Runs the command that the arguments name. oclif reports what goes wrong outside of a command. */
export async function runTidings(args: string[], place: ProgramPlace): Promise<void> {
  const named = ownCommand(args, place.ownCommands)
  // Help is about all commands, which oclif's configuration knows.
  const id = named === 'help' ? undefined : named
  const userPlugins = hasUserPlugins()
  try {
    if (id !== undefined && !userPlugins && !args.some(asksForHelp)) return await runOwn(id, args, place)
    settings.enableAutoTranspile = false
    await run(args, place.ownCommands.length > 0 ? installed(place, args, userPlugins) : await sources(place))
  } catch (error) {
    if (isUnknownCommand(error)) return tellUnknownCommand(args, place.ownCommands)
    if (isUsageError(error)) return tellUsageError(error, args)
    await handle(asUsageError(error as OclifError))
  }
}

/** With a word behind it, `-h` is what other clients name the broker by. */
const asksForHelp = (word: string, at: number, args: readonly string[]) =>
  word === '--help' || (word === '-h' && (args[at + 1] ?? '-').startsWith('-'))

/**
 * Runs an own command in the way of oclif's `Command`. oclif itself would first read the package and each plug-in, look for a theme and a
 * shell, all of it twice, and ask every plug-in for hooks. That takes a fifth of the time of a usage error, and own commands use none of
 * it.
 */
async function runOwn(id: string, args: readonly string[], place: ProgramPlace): Promise<void> {
  const Command = place.loadCommand(id)
  Command.id = id
  const command = new Command(args.slice(id.split(':').length), new OwnConfig(place))
  try {
    await command.init()
    await command.run()
  } catch (error) {
    await command.catch(error)
  } finally {
    await command.finally()
  }
}

/** A `Config` with only what own commands and oclif's parser read. */
class OwnConfig extends Config {
  constructor({ root, packageJson }: ProgramPlace) {
    super({ root })
    this.root = root
    this.pjson = packageJson
    this.name = packageJson.name
    this.version = packageJson.version
    this.bin = packageJson.oclif.bin ?? packageJson.name
  }

  override async runHook<
    T extends keyof Interfaces.Hooks,
    P extends Interfaces.Hooks = Interfaces.Hooks
  >(): Promise<Interfaces.Hook.Result<P[T]['return']>> {
    return { failures: [], successes: [] }
  }
}

/** The error that oclif throws for an unknown command. oclif's help writes it with a capital letter and a full stop. */
const isUnknownCommand = (error: unknown) =>
  error instanceof Error && /^command [^\n]* not found\.?$/i.test(error.message)

/** What oclif's parser throws in a command that is not ours, such as `help`. */
const isUsageError = (error: unknown) => error instanceof Error && (error as OclifError).oclif?.exit === 2

async function tellUsageError(error: unknown, args: readonly string[]): Promise<void> {
  const { tellFailure } = await import('./tell-failure.js')
  await tellFailure(error, args)
}

async function tellUnknownCommand(args: readonly string[], ownCommands: readonly string[]): Promise<void> {
  const [{ unknownCommand }, { tellFailure }] = await Promise.all([
    import('./unknown-command.js'),
    import('./tell-failure.js')
  ])
  await tellFailure(unknownCommand(args, ownCommands), args)
}

/** Asks whether another command was meant (bin/build/oclif-plugins.mjs). */
const ASKING_HOOK = './dist/hooks/command-not-found'

/** oclif's options. Only a terminal has somebody to ask. */
function installed({ root, packageJson }: ProgramPlace, args: readonly string[], userPlugins: boolean) {
  // The question would show the URL, with its password.
  const hasUrl = args.some((word) => word.includes('://'))
  const hooks = process.stdin.isTTY && !hasUrl ? { command_not_found: ASKING_HOOK } : {}
  const { oclif } = packageJson
  // Without plug-ins of the user, oclif does not look for their list: it would warn where the folder cannot be read.
  return { root, pjson: { ...packageJson, oclif: { ...oclif, hooks } }, userPlugins }
}

/**
 * The configuration for the TypeScript sources. The committed manifest names built files and may be older than the sources, so it is
 * ignored.
 */
async function sources({ root, packageJson }: ProgramPlace): Promise<Config> {
  const oclif = {
    ...packageJson.oclif,
    commands: join('src', 'commands'),
    helpClass: join('src', 'cli', 'help', 'tidings-help')
  }
  // oclif loads plug-ins that are dependencies; the build bundles them, so that they are none.
  const pjson = { ...packageJson, dependencies: packageJson.devDependencies ?? {}, oclif }
  const plugin = new Plugin({ root, pjson, isRoot: true, ignoreManifest: true, name: packageJson.name })
  await plugin.load()
  const config = await Config.load({ root, pjson, plugins: new Map([[plugin.name, plugin]]) })
  await config.loadPluginsAndCommands({ force: true })
  return config
}

interface OclifError extends Error {
  oclif?: { exit?: number }
}

/** oclif's plug-in for unknown commands ends with a shell's 127; here every usage error is 2. */
function asUsageError(error: OclifError): OclifError {
  if (error.oclif?.exit === 127) error.oclif.exit = 2
  return error
}
