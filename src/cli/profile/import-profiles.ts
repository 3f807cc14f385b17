import { dirname, resolve } from 'node:path'
import { TidingsError } from '../../core/errors.js'
import { readForeignProfiles } from '../../core/profile/foreign/read-foreign-profiles.js'
import { withoutProfile, withProfile } from '../../files/profiles/edit-profiles.js'
import type { ProfileFile } from '../../files/profiles/profile-file.js'
import { readTextFile } from '../../files/whole-file.js'
import { withAbsoluteFiles } from './profile-entries.js'

/** What became of one connection of another program. */
export interface ImportedProfile {
  readonly name: string
  /** Why it was left out, if it was. */
  readonly problem: string | undefined
  /** What of it was not taken over, and why. */
  readonly untaken: readonly string[]
  /** Whether it has brought a password, which is now in the file. */
  readonly hasPassword: boolean
}

/**
 * Adds the connections in a file of another program to the profiles.
 * @param wish a name for the only connection; whether profiles of the same name are replaced
 * @throws TidingsError of kind bad-input for a file that is not of these programs, usage for one name and several connections;
 * of kind interrupted if `stop` aborts while a pipe is waited for
 */
export async function importProfiles(
  path: string,
  file: ProfileFile,
  wish: { readonly name: string | undefined; readonly replace: boolean },
  stop: AbortSignal
): Promise<readonly ImportedProfile[]> {
  const foreign = readForeignProfiles(await readTextFile(path, stop), path)
  if (wish.name !== undefined && foreign.length > 1)
    throw new TidingsError('usage', `cannot use "--name": "${path}" holds ${foreign.length} connections`, {
      code: 'several-connections',
      suggestion: 'leave out --name: each has a name of its own'
    })
  const before = file.readText()
  const existing = new Set(file.parse(before).all.keys())
  const taken = new Set<string>()
  let text = before
  const imported = foreign.map((each): ImportedProfile => {
    const name = freeName(wish.name ?? each.name, taken)
    taken.add(name)
    const facts = { name, untaken: each.untaken, hasPassword: each.values.password !== undefined }
    if (existing.has(name) && !wish.replace)
      return { ...facts, problem: 'there is a profile of that name; --replace replaces it' }
    try {
      const rest = existing.has(name) ? withoutProfile(text, name, file.path) : text
      const values = withAbsoluteFiles(each.values, dirname(resolve(path)))
      const longer = withProfile(rest, name, values, file.path)
      file.parse(longer)
      text = longer
      return { ...facts, problem: undefined }
    } catch (error) {
      if (error instanceof TidingsError) return { ...facts, problem: error.message }
      throw error
    }
  })
  if (text !== before) file.replace(before, text)
  return imported
}

/** Two connections of one name are two profiles. */
function freeName(name: string, taken: ReadonlySet<string>): string {
  let free = name
  for (let count = 2; taken.has(free); count++) free = `${name.slice(0, 60)}-${count}`
  return free
}
