import type { CompletedCommand, CompletedFlag, CompletionTable, ValueKind } from './completion-table.js'

export interface Candidate {
  readonly value: string
  readonly description?: string | undefined
}

/** What can stand at the cursor: these candidates, or the files or folders that the shell finds. */
export interface Completion {
  readonly candidates: readonly Candidate[]
  readonly files?: 'files' | 'folders'
}

/** What a command line says of its broker. */
export interface NamedBroker {
  readonly broker: string | undefined
  readonly profile: string | undefined
}

/** Values that only this computer knows. */
export interface KnownValues {
  /** The channels seen lately on the broker that the line names, itself or by a profile. */
  channels(named: NamedBroker): readonly string[]
  /** The user's profiles. */
  profiles(): readonly string[]
}

const NOTHING: Completion = { candidates: [] }
const HELP: Candidate = { value: '--help', description: 'show help' }

/**
 * What can stand at the cursor.
 * @param words the words of the command line before it, without the program's name
 * @param current what is typed of the word at the cursor
 */
export function completionFor(
  words: readonly string[],
  current: string,
  table: CompletionTable,
  known: KnownValues
): Completion {
  const all = completionOf(words, current, table, known)
  return { ...all, candidates: all.candidates.filter(({ value }) => value.startsWith(current)) }
}

function completionOf(
  words: readonly string[],
  current: string,
  table: CompletionTable,
  known: KnownValues
): Completion {
  const [first = '', ...rest] = words
  if (first === '') return { candidates: [...subcommands('', table), HELP, { value: '--version' }] }
  if (first === 'help') return { candidates: helped(rest, table) }
  const name = table.aliases[first] ?? first
  const [second] = rest
  const sub = second === undefined ? undefined : table.commands[`${name} ${second}`]
  const command = sub ?? table.commands[name]
  const below = second === undefined ? subcommands(name, table) : []
  if (command === undefined) return { candidates: below }
  const found = inCommand(command, sub ? rest.slice(1) : rest, current, known)
  return { ...found, candidates: [...below, ...found.candidates] }
}

/** The commands and groups of a group, or of the program itself. */
function subcommands(group: string, { commands, groups }: CompletionTable): Candidate[] {
  const start = group === '' ? '' : `${group} `
  const found = new Map<string, string>()
  for (const [name, { summary }] of Object.entries(commands)) {
    if (!name.startsWith(start)) continue
    const [word = ''] = name.slice(start.length).split(' ')
    if (!found.has(word)) found.set(word, groups[start + word] ?? summary)
  }
  return Array.from(found, ([value, description]) => ({ value, description }))
}

function helped(words: readonly string[], table: CompletionTable): Candidate[] {
  const topics = Object.entries(table.topics).map(([value, description]) => ({ value, description }))
  return [...subcommands(words.join(' '), table), ...(words.length === 0 ? topics : [])]
}

function inCommand(
  command: CompletedCommand,
  words: readonly string[],
  current: string,
  known: KnownValues
): Completion {
  const read = readWords(command, words)
  const valueAt = (kind: ValueKind) => valuesOf(kind, read, known)
  if (read.open) return valueAt(read.open.value ?? 'free')
  const [, name, typed] = read.isEnded ? [] : (/^--([\w-]+)=(.*)$/s.exec(current) ?? [])
  if (name !== undefined && typed !== undefined) {
    const flag = command.flags.find((known) => known.name === name)
    const { candidates, files } = valueAt(flag?.value ?? 'free')
    const joined = candidates.map((candidate) => ({ ...candidate, value: `--${name}=${candidate.value}` }))
    return { candidates: joined, ...(files && { files }) }
  }
  if (current.startsWith('-') && !read.isEnded)
    return { candidates: [...flagsLeft(command, read.given), HELP] }
  const argument = command.args[read.count] ?? command.args.findLast(({ multiple }) => multiple)
  return argument ? valueAt(argument.value) : NOTHING
}

interface ReadWords extends NamedBroker {
  /** The flag whose value stands at the cursor. */
  readonly open: CompletedFlag | undefined
  readonly given: ReadonlySet<string>
  /** How many arguments there are. */
  readonly count: number
  /** Whether `--` has ended the flags. */
  readonly isEnded: boolean
}

function readWords({ flags }: CompletedCommand, words: readonly string[]): ReadWords {
  const given = new Set<string>()
  let open: CompletedFlag | undefined
  const named: { broker?: string; profile?: string } = {}
  const note = ({ name }: CompletedFlag, value: string) => {
    if (name === 'broker' || name === 'profile') named[name] ??= value
  }
  let count = 0
  let isEnded = false
  for (const word of words) {
    if (open) {
      note(open, word)
      open = undefined
    } else if (isEnded || word === '-' || !word.startsWith('-')) count++
    else if (word === '--') isEnded = true
    else {
      const [, name = '', value] = /^--?([^=]+)(?:=(.*))?$/s.exec(word) ?? []
      // The last of several letters in a row may take a value.
      const flag = word.startsWith('--')
        ? flags.find((known) => known.name === name)
        : flags.find(({ char }) => char === name.at(-1))
      if (flag) given.add(flag.name)
      if (flag && value !== undefined) note(flag, value)
      if (flag?.value !== undefined && value === undefined) open = flag
    }
  }
  return { open, given, count, broker: named.broker, profile: named.profile, isEnded }
}

const flagsLeft = ({ flags }: CompletedCommand, given: ReadonlySet<string>): Candidate[] =>
  flags
    .filter(({ name, multiple }) => multiple || !given.has(name))
    .map(({ name, summary }) => ({ value: `--${name}`, description: summary }))

function valuesOf(kind: ValueKind, named: NamedBroker, known: KnownValues): Completion {
  if (typeof kind !== 'string') return { candidates: kind.map((value) => ({ value })) }
  if (kind === 'file') return { candidates: [], files: 'files' }
  if (kind === 'folder') return { candidates: [], files: 'folders' }
  if (kind === 'broker') return { candidates: [{ value: 'local', description: 'the embedded broker' }] }
  if (kind === 'channel') return { candidates: known.channels(named).map((value) => ({ value })) }
  if (kind === 'profile') return { candidates: known.profiles().map((value) => ({ value })) }
  return NOTHING
}
