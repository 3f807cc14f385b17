import { existsSync, readFileSync, writeSync } from 'node:fs'
import { homedir, release } from 'node:os'
import { join } from 'node:path'
import { isTerminal } from '../is-terminal.js'

/** What the prepared texts depend on. */
export interface PreparedTexts {
  /** Where the build put them: `tidings.txt`, `tidings-publish.txt`, ... (esbuild.help-texts.js). */
  readonly folder: string
  readonly version: string
}

/**
 * Prints what `--version`, `--help` and `COMMAND --help` say into a file or a pipe, without loading oclif. Gives false, and
 * prints nothing, wherever oclif might say something else: on a terminal, with plug-ins or a theme of the user's, with arguments beyond
 * the plain ones.
 */
export function printPreparedText(args: readonly string[], texts: PreparedTexts): boolean {
  const last = args.at(-1)
  if (last !== undefined && last !== '--help' && last !== '--version') return false
  if (last === '--version' && args.length > 1) return false
  if (!args.slice(0, -1).every((word) => /^[a-z][a-z-]*$/.test(word)) || mayDiffer()) return false
  const userAgent = `tidings/${texts.version} ${process.platform}-${process.arch} node-${process.version}`
  if (last === '--version') return print(`${userAgent}\n`)
  try {
    const file = join(texts.folder, `${['tidings', ...args.slice(0, -1)].join('-')}.txt`)
    return print(readFileSync(file, 'utf8').replace('<user agent>', userAgent))
  } catch {
    return false
  }
}

function mayDiffer(): boolean {
  const { env } = process
  if (env.OCLIF_COLUMNS || env.FORCE_COLOR || env.CLICOLOR_FORCE || env.DEBUG || env.TIDINGS_DEBUG)
    return true
  if (process.arch === 'ia32' || release().toLowerCase().includes('microsoft') || isTerminal(1)) return true
  const home = env.HOME || homedir()
  const plugins = env.TIDINGS_DATA_DIR || join(env.XDG_DATA_HOME || join(home, '.local', 'share'), 'tidings')
  const theme = env.TIDINGS_CONFIG_DIR || join(env.XDG_CONFIG_HOME || join(home, '.config'), 'tidings')
  return existsSync(join(plugins, 'package.json')) || existsSync(join(theme, 'theme.json'))
}

/** Gives false only when nothing was written, so that the long way can be tried. */
function print(text: string): boolean {
  const bytes = Buffer.from(text)
  let written = 0
  while (written < bytes.length) {
    try {
      written += writeSync(1, bytes, written)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EAGAIN') continue
      if (code === 'EPIPE') return true
      if (written === 0) return false
      throw error
    }
  }
  return true
}
