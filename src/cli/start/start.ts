import { homedir } from 'node:os'
import { join } from 'node:path'
import type { PJSON } from '@oclif/core/interfaces'
import type { runTidings } from '../run-tidings.js'
import { openChunkLoader } from './chunk-loader.js'
import { readCompiledCode, writeCompiledCode } from './code-cache.js'

/** What the build knows (esbuild.config.js). */
declare const built: {
  /** A digest of the chunks. */
  readonly id: string
  /** Their ids, such as `broker:status`. */
  readonly commands: readonly string[]
  readonly packageJson: PJSON
}

/** How long an endless command runs before what V8 compiled for it is kept; later, V8 has begun to forget what start-up needed. */
const keepAfter = 2_000

const args = process.argv.slice(2)
const path = compiledCodePath()
const compiled = readCompiledCode(path)
const loader = openChunkLoader(__dirname, compiled.chunks)
let kept = false

process.once('exit', keepCompiledCode)
setTimeout(keepCompiledCode, keepAfter, undefined).unref()
const program = loader.load(join(__dirname, 'cli', 'run-tidings.js')) as { runTidings: typeof runTidings }
void program.runTidings(args, {
  root: join(__dirname, '..'),
  packageJson: built.packageJson,
  ownCommands: built.commands
})

/** One file per command: what `--help` compiled is of no use to `publish`. V8's flags and version are part of its own tag. */
function compiledCodePath(): string {
  const folder = process.env.XDG_CACHE_HOME || join(process.env.HOME || homedir(), '.cache')
  const command = args[0] !== undefined && built.commands.includes(args[0]) ? args[0] : 'other'
  return join(folder, 'tidings', 'code', `${built.id}-${process.version}-${process.arch}-${command}`)
}

/** A run that failed has compiled only a part of what a good one needs, so the first good one writes again. */
function keepCompiledCode(exitCode?: number): void {
  if (kept || !(loader.compiledAny() || (exitCode === 0 && !compiled.complete))) return
  kept = true
  writeCompiledCode(path, {
    complete: exitCode === 0 || exitCode === undefined,
    chunks: loader.compiledCode()
  })
}
