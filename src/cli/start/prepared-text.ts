import { readFileSync, writeSync } from 'node:fs'
import { release } from 'node:os'
import { join } from 'node:path'
import { isTerminal } from '../../files/is-terminal.js'
import { hasUserPlugins, hasUserTheme } from '../user-folders.js'

/** What the prepared texts depend on. */
export interface PreparedTexts {
  /** Where the build put them: `help.txt`, `publish/help.txt`, `broker/status/help.txt`, ... (bin/build/help-texts.mjs). */
  readonly folder: string
  readonly version: string
  /** The ids of the commands that have one, such as `broker:status`. */
  readonly commands: readonly string[]
}

/**
 * Prints the text of `--version`, `--help` or `COMMAND --help` (or `-v`, `-h`) into a file or a pipe, without loading oclif. Returns false,
 * and prints nothing, wherever oclif might print another text: on a terminal, with plug-ins or a theme of the user, with further arguments.
 */
export function printPreparedText(args: readonly string[], texts: PreparedTexts): boolean {
  const last = args.at(-1)
  const isVersion = last === '--version' || last === '-v'
  if (last !== undefined && last !== '--help' && last !== '-h' && !isVersion) return false
  if (isVersion && args.length > 1) return false
  const words = args.slice(0, -1)
  if ((words.length > 0 && !texts.commands.includes(words.join(':'))) || mayDiffer()) return false
  const userAgent = `tidings/${texts.version} ${process.platform}-${process.arch} node-${process.version}`
  if (isVersion) return print(`${userAgent}\n`)
  try {
    const text = readFileSync(join(texts.folder, ...words, 'help.txt'), 'utf8')
    return print(text.replace('<user agent>', userAgent))
  } catch {
    return false
  }
}

function mayDiffer(): boolean {
  const { env } = process
  if (env.OCLIF_COLUMNS || env.FORCE_COLOR || env.CLICOLOR_FORCE || env.DEBUG || env.TIDINGS_DEBUG)
    return true
  if (process.arch === 'ia32' || release().toLowerCase().includes('microsoft') || isTerminal(1)) return true
  return hasUserPlugins() || hasUserTheme()
}

function print(text: string): true {
  const bytes = Buffer.from(text)
  let written = 0
  while (written < bytes.length) {
    try {
      written += writeSync(1, bytes, written)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EAGAIN') continue
      if (code !== 'EPIPE') void tell(error)
      return true
    }
  }
  return true
}

async function tell(error: unknown): Promise<void> {
  const { tellOutputFailure } = await import('../tell-output-failure.js')
  await tellOutputFailure(error)
}
