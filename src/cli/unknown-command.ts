import { TidingsError } from '../core/errors.js'
import { closestName } from './closest-name.js'

/**
 * What is told of a command that does not exist: with the one that was probably meant.
 * @param commands the ids of all that exist, such as `broker:status`
 */
export function unknownCommand(args: readonly string[], commands: readonly string[]): TidingsError {
  const [first = '', second = ''] = args
  const names = commands.map((id) => id.replaceAll(':', ' '))
  const isTopic = names.some((name) => name.startsWith(`${first} `))
  const near = closestName(`${first} ${second}`, names) ?? (isTopic ? undefined : closestName(first, names))
  const typed = isTopic ? `${first} ${second}` : first
  return new TidingsError('usage', `cannot run "${typed}": there is no such command`, {
    code: 'unknown-command',
    suggestion: `tidings ${near ?? (isTopic ? `${first} --help` : '--help')}`
  })
}
