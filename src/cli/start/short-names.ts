/** The short names of commands, which the commands name as their aliases, too. */
const SHORT_NAMES: ReadonlyMap<string, string> = new Map([
  ['pub', 'publish'],
  ['sub', 'subscribe']
])

/** The arguments with the full name of the command, also where they ask for its help. */
export function withFullName(args: readonly string[]): string[] {
  const at = args[0] === 'help' ? 1 : 0
  const name = SHORT_NAMES.get(args[at] ?? '')
  return name === undefined ? [...args] : args.with(at, name)
}
