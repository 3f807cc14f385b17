import { quoteForShell } from '../core/quote-for-shell.js'
import { withoutPassword } from '../core/without-password.js'

/** Flags whose value has no place in the line. */
const LEFT_OUT = ['--report', '--password']

/**
 * The command line that brings a document up to date with the same channels and messages that were checked: `--asyncapi FILE` in the place of
 * `--check FILE`, for a shell.
 * @param argv the words of `channels --check FILE`. Passwords do not go into the line: it asks for one.
 */
export function updateLine(argv: readonly string[]): string {
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length
  const words: string[] = []
  for (let at = 0; at < end; at++) {
    const word = argv[at] ?? ''
    const name = word.replace(/=.*/s, '')
    if (LEFT_OUT.includes(name)) {
      if (name === word) at++
    } else if (name === '--check') words.push(word.replace('--check', '--asyncapi'))
    else if (/^-[jq]+$/.test(word)) words.push(...(word.includes('q') ? ['-q'] : []))
    else if (word !== '--json') words.push(word)
  }
  if (argv.slice(0, end).some((word) => /^--password(?:=|$)/.test(word))) words.push('--password')
  const line = ['tidings', 'channels', ...words, ...argv.slice(end)]
  return line.map((word) => quoteForShell(withoutPassword(word))).join(' ')
}
