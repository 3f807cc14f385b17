import { join } from 'node:path'
import { Config, flush, handle, Plugin, run, settings } from '@oclif/core'
import type { PJSON } from '@oclif/core/interfaces'

export interface ProgramPlace {
  /** The package's folder: the one with package.json. */
  readonly root: string
  readonly packageJson: PJSON
  /** Run the TypeScript sources in `src/commands`, not what was built. */
  readonly fromSources?: boolean
}

/** Runs the command that the arguments name, through oclif, and lets oclif report what goes wrong outside of a command. */
export async function runTidings(args: string[], place: ProgramPlace): Promise<void> {
  settings.enableAutoTranspile = false
  try {
    await run(
      args,
      place.fromSources ? await loadSources(place) : { root: place.root, pjson: place.packageJson }
    )
    await flush()
  } catch (error) {
    await handle(error as Error)
  }
}

/** The committed manifest names built files and may be older than the sources, so developing does without it. */
async function loadSources({ root, packageJson }: ProgramPlace): Promise<Config> {
  const pjson = { ...packageJson, oclif: { ...packageJson.oclif, commands: join('src', 'commands') } }
  const plugin = new Plugin({ root, pjson, isRoot: true, ignoreManifest: true, name: packageJson.name })
  await plugin.load()
  const config = await Config.load({ root, pjson, plugins: new Map([[plugin.name, plugin]]) })
  await config.loadPluginsAndCommands({ force: true })
  return config
}
