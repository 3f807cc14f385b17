import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { ownCommand } from '../own-command.js'
import type { ProgramPlace, runTidings } from '../run-tidings.js'
import { openChunkLoader } from './chunk-loader.js'
import { noCode, readCompiledCode, writeCompiledCode } from './code-cache.js'

/** How long an endless command runs before what V8 compiled for it is kept; later, V8 has begun to forget what start-up needed. */
const keepAfter = 2_000

/**
 * What libraries tell with DEBUG set holds every argument and every packet, so also passwords: it is left out, also of `DEBUG=*`.
 * They read the variable when they are loaded.
 */
const TELLTALES = ['oclif*', 'mqttjs*', 'mqtt-packet*']

function keepSecrets(): void {
  if (process.env.DEBUG) process.env.DEBUG += TELLTALES.map((name) => `,-${name}`).join('')
}

export interface BuiltProgram {
  /** A digest of the chunks. */
  readonly id: string
  /** The folder of the chunks. */
  readonly dist: string
  readonly nodeRequire: NodeJS.Require
  readonly place: ProgramPlace
}

/** Runs what the build put into `dist` with the code that V8 compiled in an earlier run, and keeps what it compiles in this one. */
export function startProgram(args: string[], { id, dist, nodeRequire, place }: BuiltProgram): void {
  keepSecrets()
  // Who looks for an error is to see the names of files in its trace.
  const isTraced = process.env.DEBUG !== undefined
  const command = ownCommand(args, place.ownCommands) ?? 'other'
  const path = isTraced ? undefined : compiledCodePath(id, command)
  const compiled = path === undefined ? noCode : readCompiledCode(path)
  const together = () => (isTraced ? [] : (nodeRequire('./together.json')[command] ?? []))
  const loader = openChunkLoader({ folder: dist, nodeRequire, together }, compiled.scripts)

  /** A run that failed has compiled only a part of what a good one needs, so the first good one writes again. */
  const keep = (exitCode = 0): void => {
    if (path === undefined) return
    clearTimeout(timer)
    process.off('exit', keep)
    if (!loader.compiledAny() && (exitCode !== 0 || compiled.complete)) return
    const scripts = loader.compiledScripts()
    const names = new Set(scripts.flatMap(({ chunks }) => chunks.map(({ name }) => name)))
    const unused = compiled.scripts
      .filter(({ chunks }) => !chunks.some(({ name }) => names.has(name)))
      .flatMap((script) => script.read() ?? [])
    writeCompiledCode(path, { complete: exitCode === 0, scripts: [...unused, ...scripts] })
  }
  const timer = compiled.complete ? undefined : setTimeout(keep, keepAfter, 0).unref()
  process.on('exit', keep)
  // By itself, a process that has nothing more to do takes its heap apart first: a millisecond.
  process.once('beforeExit', () => process.exit())

  const program = loader.load('cli/run-tidings.js') as { runTidings: typeof runTidings }
  void program.runTidings(args, place)
}

/** One file per command: what `--help` compiled is of no use to `publish`. V8's flags and version are part of its own tag. */
function compiledCodePath(buildId: string, command: string): string | undefined {
  const { XDG_CACHE_HOME, HOME } = process.env
  // A relative one is to be ignored, says the XDG specification; without a home there is nowhere to keep anything.
  const folder =
    XDG_CACHE_HOME && isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : join(HOME || homedir(), '.cache')
  if (!isAbsolute(folder)) return undefined
  return join(
    folder,
    'tidings',
    'code',
    `${buildId}-${process.version}-${process.arch}-${command.replaceAll(':', '-')}`
  )
}
