import { readFileSync } from 'node:fs'
import { release } from 'node:os'
import { join } from 'node:path'
import { isTerminal } from '../../files/is-terminal.js'
import { hasUserPlugins, hasUserTheme } from '../user-folders.js'
import { printText } from './print-text.js'

/** What the prepared texts depend on. */
export interface PreparedTexts {
  /** Where the build put them: `help.txt`, `publish/help.txt`, `broker/status/help.txt`, ... (bin/build/help-texts.mjs). */
  readonly folder: string
  readonly version: string
  /** The ids of the commands that have one, such as `broker:status`. */
  readonly commands: readonly string[]
}

/**
 * Prints the text of `--version`, `--help`, `COMMAND --help` or `help COMMAND` (or `-v`, `-h`) into a file or a pipe, without loading
 * oclif. Returns false, and prints nothing, wherever oclif might print another text: on a terminal, with plug-ins or a theme of the user,
 * with further arguments.
 */
export function printPreparedText(args: readonly string[], texts: PreparedTexts): boolean {
  const isVersion = args.length === 1 && (args[0] === '--version' || args[0] === '-v')
  const wanted = isVersion ? undefined : helpWanted(args)
  if (!isVersion && wanted === undefined) return false
  if (wanted?.id && !texts.commands.includes(wanted.id)) return false
  if (mayDiffer()) return false
  if (wanted === undefined) {
    printText(`tidings/${texts.version} ${process.platform}-${process.arch} node-${process.version}\n`)
    return true
  }
  let text: string
  try {
    text = readFileSync(join(texts.folder, ...wanted.id.split(':'), wanted.file), 'utf8')
  } catch {
    return false
  }
  printText(text)
  return true
}

/** The command whose help is asked for, '' for the program itself, and the file that holds it; undefined where something else is asked. */
function helpWanted(args: readonly string[]): { readonly id: string; readonly file: string } | undefined {
  const words = args.filter((word) => word !== '--all')
  const asks = words[0] === 'help' || args.length === 0 || /^(--help|-h)$/.test(words.at(-1) ?? '')
  const named = words[0] === 'help' ? words.slice(1) : words.slice(0, -1)
  if (!asks || named.some((word) => word.startsWith('-'))) return undefined
  return { id: named.join(':'), file: words.length < args.length ? 'help-all.txt' : 'help.txt' }
}

function mayDiffer(): boolean {
  const { env } = process
  if (env.OCLIF_COLUMNS || env.FORCE_COLOR || env.CLICOLOR_FORCE || env.DEBUG || env.TIDINGS_DEBUG)
    return true
  if (process.arch === 'ia32' || release().toLowerCase().includes('microsoft') || isTerminal(1)) return true
  return hasUserPlugins() || hasUserTheme()
}
