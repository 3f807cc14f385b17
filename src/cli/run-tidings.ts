import { join } from 'node:path'
import { Config, handle, Plugin, run, settings } from '@oclif/core'
import type { PJSON } from '@oclif/core/interfaces'
import { ownCommand } from './own-command.js'
import { hasUserPlugins } from './user-folders.js'

export interface ProgramPlace {
  /** The package's folder: the one with package.json. */
  readonly root: string
  readonly packageJson: PJSON
  /** The ids of the package's own commands, such as `broker:status`; none when the TypeScript sources are to be run. */
  readonly ownCommands: readonly string[]
}

/** Runs the command that the arguments name, through oclif, and lets oclif report what goes wrong outside of a command. */
export async function runTidings(args: string[], place: ProgramPlace): Promise<void> {
  settings.enableAutoTranspile = false
  try {
    await run(args, place.ownCommands.length > 0 ? installed(args, place) : await sources(place))
  } catch (error) {
    if (isUnknownCommand(error)) return tellUnknownCommand(args, place.ownCommands)
    await handle(asUsageError(error as OclifError))
  }
}

/** What oclif throws where no plug-in answers for it; its help says it with a capital letter and a full stop. */
const isUnknownCommand = (error: unknown) =>
  error instanceof Error && /^command [^\n]* not found\.?$/i.test(error.message)

async function tellUnknownCommand(args: readonly string[], ownCommands: readonly string[]): Promise<void> {
  const [{ unknownCommand }, { tellFailure }] = await Promise.all([
    import('./unknown-command.js'),
    import('./tell-failure.js')
  ])
  await tellFailure(unknownCommand(args, ownCommands), args)
}

/** Asks whether another command was meant, where there is somebody to ask. */
const ASKING_PLUGIN = '@oclif/plugin-not-found'

/**
 * The plug-ins in package.json add commands, and a hook for unknown ones: a command of ours needs none of them, and reading them
 * takes longer than anything else in oclif's start (10 ms). Plug-ins that the user has installed are always loaded.
 */
function installed(args: readonly string[], { root, packageJson, ownCommands }: ProgramPlace) {
  const { oclif } = packageJson
  // Where their list cannot even be looked for, oclif would warn.
  const userPlugins = hasUserPlugins()
  const command = ownCommand(args, ownCommands)
  const plugins = command
    ? []
    : (oclif.plugins ?? []).filter((name) => name !== ASKING_PLUGIN || process.stdin.isTTY)
  // Help and plug-ins ask for more than the one command's place and arguments.
  const isEnough = command && !userPlugins && !args.some((word) => word === '--help' || word === '-h')
  const manifest = isEnough
    ? { manifest: join(root, 'dist', 'manifests', `${command.replaceAll(':', '-')}.json`) }
    : {}
  return { root, pjson: { ...packageJson, oclif: { ...oclif, plugins, ...manifest } }, userPlugins }
}

/** The committed manifest names built files and may be older than the sources, so developing does without it. */
async function sources({ root, packageJson }: ProgramPlace): Promise<Config> {
  const pjson = { ...packageJson, oclif: { ...packageJson.oclif, commands: join('src', 'commands') } }
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
