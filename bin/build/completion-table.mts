// Writes what completion knows of the program into dist/completion.json: the manifest would take longer to read at each press of TAB.
import { readFile, writeFile } from 'node:fs/promises'
import type { CompletedFlag, CompletionTable, ValueKind } from '../../src/cli/completion/completion-table.js'
import { inOrderOfUse } from '../../src/cli/help/command-order.js'
import { HELP_TOPICS } from '../../src/cli/help/help-topics.js'
import { type ManifestCommand, type ManifestFlag, readManifest } from './manifest.mjs'

/** What stands for a value in the help of a flag, or names an argument. */
const KINDS: Readonly<Record<string, ValueKind>> = {
  FILE: 'file',
  DIR: 'folder',
  CHANNEL: 'channel',
  PATTERN: 'channel',
  URL: 'broker'
}

/** The commands whose argument is the name of a profile that is there. */
const OF_PROFILES = ['profile:edit', 'profile:remove', 'profile:show', 'profile:use']

const { commands } = await readManifest()
const { oclif } = JSON.parse(await readFile('package.json', 'utf8')) as {
  oclif: { topics: Record<string, { description: string }> }
}
const shown = inOrderOfUse(
  Object.values(commands).filter(({ hidden }) => !hidden),
  ({ id }) => id
)
const table: CompletionTable = {
  commands: Object.fromEntries(shown.map((command) => [command.id.replaceAll(':', ' '), completed(command)])),
  groups: Object.fromEntries(
    Object.entries(oclif.topics).map(([name, { description }]) => [name, description])
  ),
  aliases: Object.fromEntries(shown.flatMap(({ id, aliases = [] }) => aliases.map((alias) => [alias, id]))),
  topics: Object.fromEntries(HELP_TOPICS.map(({ name, summary }) => [name, summary]))
}
await writeFile('dist/completion.json', JSON.stringify(table))

function completed({ id, summary = '', args, flags }: ManifestCommand): CompletionTable['commands'][string] {
  const hasProfile = OF_PROFILES.includes(id)
  const own = Object.values(flags).filter(({ hidden }) => !hidden)
  return {
    summary,
    flags: own.toSorted((a, b) => Number(isForConnecting(a)) - Number(isForConnecting(b))).map(completedFlag),
    args: Object.values(args).map(({ name, options, multiple }) => ({
      value: options ?? (hasProfile ? 'profile' : undefined) ?? KINDS[name.toUpperCase()] ?? 'free',
      ...(multiple && { multiple: true as const })
    }))
  }
}

function completedFlag({
  name,
  char,
  type,
  options,
  helpValue = '',
  multiple,
  summary = ''
}: ManifestFlag): CompletedFlag {
  return {
    name,
    ...(char !== undefined && { char }),
    ...(type === 'option' && {
      value: options ?? (name === 'profile' ? 'profile' : undefined) ?? KINDS[helpValue] ?? 'free'
    }),
    ...(multiple && { multiple: true as const }),
    summary
  }
}

function isForConnecting({ helpGroup }: ManifestFlag): boolean {
  return helpGroup === 'CONNECTION'
}
