import { closestName } from '../core/closest-name.js'
import { TidingsError } from '../core/errors.js'
import { HELP_TOPICS } from './help/help-topics.js'
import { OTHER_COMMANDS } from './other-words.js'

/** What topics of one page are called in the documents. Help shows them by these names, too. */
const PAGES = HELP_TOPICS.flatMap(({ parts }) =>
  parts.flatMap(({ page, section }) => (section === undefined ? [page.replace(/^docs\/|\.md$/g, '')] : []))
)

/**
 * The error for a command that does not exist, or for its help. It suggests the command that was probably meant.
 * @param commands the ids of all that exist, such as `broker:status`
 */
export function unknownCommand(args: readonly string[], commands: readonly string[]): TidingsError {
  const isHelp = args[0] === 'help'
  const words = isHelp ? args.slice(1).filter((word) => !word.startsWith('-')) : args
  // The value of a flag that came first is left out: it may be a password.
  const [first = '', second = ''] = words.map((word) => word.replace(/=.*/s, ''))
  const names = commands.map((id) => id.replaceAll(':', ' '))
  const isTopic = names.some((name) => name.startsWith(`${first} `))
  const near =
    OTHER_COMMANDS.get(first) ??
    closestName(`${first} ${second}`, names) ??
    (isTopic
      ? undefined
      : isHelp
        ? (helpMeant(first, [...names, ...HELP_TOPICS.map(({ name }) => name)]) ?? helpMeant(first, PAGES))
        : closestName(first, names))
  const isInCommand = isTopic || (names.includes(first) && second !== '')
  const typed = isInCommand ? `${first} ${second}` : first
  // -v is the version.
  const meant =
    first === '-V'
      ? '--version'
      : first.startsWith('-') && !OTHER_COMMANDS.has(first)
        ? `COMMAND ${first}`
        : isHelp && near && !near.startsWith('-')
          ? `help ${near}`
          : near
  return new TidingsError(
    'usage',
    `cannot ${isHelp ? 'show help for' : 'run'} "${typed}": there is no such command${isHelp ? ' or topic' : ''}`,
    {
      code: 'unknown-command',
      suggestion: `tidings ${meant ?? (isTopic ? `${first} --help` : '--help')}`
    }
  )
}

/** The name that a word is near to, or the only one that begins with it. */
function helpMeant(word: string, names: readonly string[]): string | undefined {
  const begun = word === '' ? [] : names.filter((name) => name.startsWith(word))
  return closestName(word, names) ?? (begun.length === 1 ? begun[0] : undefined)
}
