import { isAbsolute, resolve } from 'node:path'
import { TidingsError } from '../../core/errors.js'
import { camelCase } from '../../core/profile/profile-table.js'
import type { ProfileValues } from '../../core/profile/profile-values.js'
import { splitBrokers } from '../broker-list.js'

/** The keys of files; the path of one is relative to where the command was run, and a profile is used anywhere. */
const FILES: ReadonlySet<string> = new Set([
  'ca',
  'cert',
  'key',
  'keyPasswordFile',
  'passwordFile',
  'contract'
])

/** What a flag was parsed to. */
type FlagValue = string | readonly string[] | number | boolean | undefined

/**
 * What is written into a profile for flags of `profile add`.
 * @param url the brokers
 * @param flags the flags as parsed
 * @param given the flags on the command line: a variable is meant for every broker
 * @throws TidingsError of kind usage for a password command that cannot be cut into words
 */
export function profileEntriesOf(
  url: string,
  flags: Readonly<Record<string, FlagValue>>,
  given: ReadonlySet<string>
): ProfileValues {
  const [first = url, ...others] = splitBrokers(url)
  const entries: Record<string, ProfileValues[string]> = {
    broker: others.length > 0 ? [first, ...others] : first
  }
  for (const [name, value] of Object.entries(flags)) {
    if (value === undefined || !given.has(name)) continue
    const key = camelCase(name)
    if (key === 'passwordCommand') entries[key] = wordsOf(String(value))
    else if (typeof value === 'number') entries[key] = key === 'willQos' ? value : durationText(value)
    else entries[key] = typeof value === 'object' ? [...value] : value
  }
  return withAbsoluteFiles(entries, process.cwd())
}

/** The values with the paths of files made absolute; `~/` stays. */
export function withAbsoluteFiles(values: ProfileValues, folder: string): ProfileValues {
  const entries = Object.entries(values).map(([key, value]) => {
    const isRelative = typeof value === 'string' && !isAbsolute(value) && !value.startsWith('~/')
    return [key, FILES.has(key) && isRelative ? resolve(folder, value) : value] as const
  })
  return Object.fromEntries(entries)
}

/** Milliseconds as a duration that can be read again: `30s`, `250ms`. */
export const durationText = (milliseconds: number): string =>
  milliseconds % 1000 === 0 ? `${milliseconds / 1000}s` : `${milliseconds}ms`

/** A command line as words: a list in JSON, or words between blanks where nothing is quoted. */
function wordsOf(text: string): string[] {
  const refuse = (why: string) =>
    new TidingsError('usage', `cannot use "--password-command": ${why}`, {
      code: 'bad-password-command',
      suggestion: `--password-command '["pass", "show", "broker"]'`
    })
  if (!text.trimStart().startsWith('[')) {
    const words = text.split(/\s+/).filter((word) => word !== '')
    if (/["'\\$`|;&<>]/.test(text))
      throw refuse('no shell reads it, so nothing can be quoted: write it as a list')
    if (words.length === 0) throw refuse('it is empty')
    return words
  }
  let list: unknown
  try {
    list = JSON.parse(text)
  } catch {
    throw refuse('it is no list in JSON')
  }
  const items: readonly unknown[] = Array.isArray(list) ? list : []
  const words = items.filter((word) => typeof word === 'string').map(String)
  if (words.length !== items.length || !words[0]) throw refuse('it is no list of texts')
  return words
}
