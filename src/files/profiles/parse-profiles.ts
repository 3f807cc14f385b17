import { isAbsolute, join } from 'node:path'
import { parse, TomlError, type TomlTable } from 'smol-toml'
import { isProfileName, NAME_RULE, type Profile, type Profiles } from '../../core/profile/profile.js'
import { badProfiles, ProfileProblem } from '../../core/profile/profile-problem.js'
import { ProfileTable } from '../../core/profile/profile-table.js'
import { type ResolvePath, readProfile } from '../../core/profile/read-profile.js'
import { type TomlPlace, tomlPlaces } from '../../core/profile/toml-places.js'

/** Where a text of profiles is from. */
export interface ProfilesPlace {
  /** The path of the file. */
  readonly file: string
  /** The folder that relative paths in it begin at. */
  readonly folder: string
  /** The user's home, which `~/` stands for. */
  readonly home: string
}

/**
 * Reads a text of profiles, and checks all of it.
 * @throws TidingsError of kind bad-input that names the line and the key, and none of the values
 */
export function parseProfiles(text: string, place: ProfilesPlace): Profiles {
  const root = parseToml(text, place.file)
  const places = tomlPlaces(text)
  try {
    return profilesOf(root, places, place)
  } catch (error) {
    if (error instanceof ProfileProblem)
      throw badProfiles(place.file, lineOf(places, error.path), error.path, error.message)
    throw error
  }
}

/**
 * Parses TOML.
 * @throws TidingsError of kind bad-input. The parser's own error quotes lines, which may hold a password, so it is not kept as the cause
 */
export function parseToml(text: string, file: string): TomlTable {
  try {
    return parse(text)
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const [first = ''] = error.message.split('\n', 1)
    const why = first.replace(/^Invalid TOML document: /, '')
    throw badProfiles(file, error.line, [], `it is no TOML: ${why}`)
  }
}

function profilesOf(root: TomlTable, places: readonly TomlPlace[], place: ProfilesPlace): Profiles {
  const top = new ProfileTable(root, [])
  const inUse = top.text('use')
  const tables = tableOf(root, ['profiles']) ?? {}
  top.allow('profiles')
  top.refuseOthers()
  const resolve = resolverOf(place)
  const all = new Map<string, Profile>()
  for (const name of Object.keys(tables)) {
    const path = ['profiles', name]
    if (!isProfileName(name)) throw new ProfileProblem(path, `it cannot be a name: ${NAME_RULE}`)
    const values = tableOf(tables, path)
    if (values === undefined) continue
    all.set(name, { name, settings: readProfile(values, path, resolve), lines: linesOf(places, path) })
  }
  if (inUse !== undefined && !all.has(inUse)) throw top.problem('use', 'there is no profile of that name')
  return { file: place.file, inUse, all }
}

/** The table at the end of a path, whose last name is a key of `values`. */
function tableOf(values: TomlTable, path: readonly string[]): TomlTable | undefined {
  const value = values[path.at(-1) ?? '']
  if (value === undefined || isTable(value)) return value
  throw new ProfileProblem(path, 'it must be a table')
}

const isTable = (value: TomlTable[string]): value is TomlTable =>
  typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date)

function resolverOf({ folder, home }: ProfilesPlace): ResolvePath {
  return (path) => {
    if (path === '~' || path.startsWith('~/')) return join(home, path.slice(1))
    return isAbsolute(path) ? path : join(folder, path)
  }
}

const isAt = (place: TomlPlace, path: readonly string[]) =>
  place.path.length === path.length && path.every((name, at) => place.path[at] === name)

/** The line of a value; where nothing stands there, as with a key that is missing, that of the table above it. */
function lineOf(places: readonly TomlPlace[], path: readonly string[]): number | undefined {
  for (let length = path.length; length > 0; length--) {
    const found = places.find((place) => isAt(place, path.slice(0, length)))
    if (found !== undefined) return found.line
  }
  return undefined
}

function linesOf(places: readonly TomlPlace[], path: readonly string[]): Map<string, number> {
  const lines = new Map<string, number>()
  for (const { path: at, line } of places) {
    const key = at[path.length]
    if (key !== undefined && path.every((name, index) => at[index] === name)) lines.set(key, line)
  }
  return lines
}
