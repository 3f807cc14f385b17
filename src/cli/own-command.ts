/**
 * The id of the own command that the arguments name for certain, such as `publish` or `broker:status`. Undefined where they may name an
 * oclif topic, an unknown command or a command of a plug-in.
 */
export function ownCommand(
  [first = '', second = '']: readonly string[],
  ownCommands: readonly string[]
): string | undefined {
  const both = `${first}:${second}`
  if (ownCommands.includes(both)) return both
  const isTopic = ownCommands.some((id) => id.startsWith(`${first}:`))
  const isCommand = ownCommands.includes(first) && (!isTopic || second === '' || second.startsWith('-'))
  return isCommand ? first : undefined
}
