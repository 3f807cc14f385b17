/**
 * The id of the command of ours that the arguments name for certain, such as `publish` or `broker:status`: none where words may
 * name a topic, an unknown command or one of a plug-in's.
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
