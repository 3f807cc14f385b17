import { visibleText } from '../../core/visible-text.js'
import type { Candidate, Completion } from './candidates.js'
import type { Quote, ShellLine } from './shell-line.js'

/** The shells that there is a script for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

/**
 * What a script reads: a line per candidate. In zsh and fish its description follows behind a tab, and the first line says what the shell
 * is to offer: these words, or files or folders. bash looks for files where it gets nothing.
 */
export function completionLines(shell: Shell, { candidates, files }: Completion, line: ShellLine): string {
  // Such a name could deceive who sees it, or be taken for two.
  const shown = candidates.filter(({ value }) => value !== '' && visibleText(value) === value)
  if (shell === 'bash')
    return shown
      .flatMap(({ value }) => inBash(value, line) ?? [])
      .map((text) => `${text}\n`)
      .join('')
  return `${files ?? 'words'}\n${shown.map(lineOf).join('')}`
}

const lineOf = ({ value, description }: Candidate) =>
  description === undefined ? `${value}\n` : `${value}\t${visibleText(description)}\n`

/**
 * What bash is to put in the place of the word at the cursor, quoted so that the shell takes it for the value and runs nothing. An open
 * quote is closed. Undefined for a value that cannot stand in that quote.
 */
function inBash(value: string, { quote, kept }: ShellLine): string | undefined {
  return QUOTED[quote](value.slice(kept))
}

const QUOTED: Readonly<Record<Quote, (text: string) => string | undefined>> = {
  '': (text) => text.replace(/[^\w\u0080-\u{10ffff}%+,./:=@-]/gu, '\\$&'),
  "'": (text) => (text.includes("'") ? undefined : `${text}'`),
  // A ! in double quotes recalls an earlier command, and a backslash would stay in the word.
  '"': (text) => (text.includes('!') ? undefined : `${text.replace(/[\\"$`]/g, '\\$&')}"`)
}
