import { isDeepStrictEqual } from 'node:util'
import { stringify, type TomlTable } from 'smol-toml'
import { TidingsError } from '../../core/errors.js'
import type { ProfileValues } from '../../core/profile/profile-values.js'
import { type TomlPlace, tomlPlaces } from '../../core/profile/toml-places.js'
import { parseToml } from './parse-profiles.js'

// Edits of the text of a file of profiles. What an edit does not change stays as its author wrote it, with its comments. Each edit is
// checked: the new text must say what was asked for, and no less of all else.

/** The text with one more profile at its end. */
export function withProfile(text: string, name: string, values: ProfileValues, file: string): string {
  const start = text.trim() === '' ? text.trimStart() : `${text.trimEnd()}\n\n`
  return checked(text, `${start}[profiles.${name}]\n${stringify(values)}`, file, (root) => {
    tablesOf(root)[name] = { ...values }
  })
}

/** The text without a profile, and without the comments right above it; if it was in use, none is. */
export function withoutProfile(text: string, name: string, file: string): string {
  const all = tomlPlaces(text)
  const isOwn = (place: TomlPlace) => place.path[0] === 'profiles' && place.path[1] === name
  let edited = text
  for (const place of all.filter(isOwn).reverse()) {
    const from = place.kind === 'table' ? startOfComments(text, place.start) : place.start
    const rest = edited.slice(place.end)
    edited = edited.slice(0, from) + (place.kind === 'table' ? rest.replace(/^(?:[ \t]*\r?\n)+/, '') : rest)
  }
  const isInUse = parseToml(text, file).use === name
  const unused = isInUse ? withoutPlace(edited, ['use']) : edited
  return checked(text, unused, file, (root) => {
    delete tablesOf(root)[name]
    if (Object.keys(tablesOf(root)).length === 0) delete root.profiles
    if (isInUse) delete root.use
  })
}

/** The text in which a profile is in use, or with undefined none. */
export function withProfileInUse(text: string, name: string | undefined, file: string): string {
  const place = tomlPlaces(text).find(({ path }) => path.length === 1 && path[0] === 'use')
  const line = `use = ${JSON.stringify(name ?? '')}`
  let edited = text
  if (name === undefined) edited = withoutPlace(text, ['use'])
  else if (place === undefined) {
    const at = /^(?:#[^\n]*\n)+(?=\n)/.exec(text)?.[0].length ?? 0
    edited =
      at === 0
        ? `${line}\n${text === '' ? '' : '\n'}${text}`
        : `${text.slice(0, at)}\n${line}\n${text.slice(at)}`
  } else {
    const statement = text.slice(place.start, place.end).replace(/^[^=]*=[ \t]*(?:"[^"\n]*"|'[^'\n]*')/, line)
    edited = text.slice(0, place.start) + statement + text.slice(place.end)
  }
  return checked(text, edited, file, (root) => {
    if (name === undefined) delete root.use
    else root.use = name
  })
}

function withoutPlace(text: string, path: readonly string[]): string {
  const place = tomlPlaces(text).find((each) => isDeepStrictEqual(each.path, path))
  if (place === undefined) return text
  const rest = text.slice(place.end)
  return text.slice(0, place.start) + (place.start === 0 ? rest.trimStart() : rest)
}

/** Where the comment lines right above a place begin; those at the top of the file are about the whole of it. */
function startOfComments(text: string, start: number): number {
  let at = start
  for (;;) {
    const before = text.lastIndexOf('\n', at - 2) + 1
    if (at === 0 || !/^[ \t]*#/.test(text.slice(before, at))) return at === 0 ? start : at
    at = before
  }
}

function tablesOf(root: TomlTable): TomlTable {
  root.profiles ??= {}
  const { profiles } = root
  if (typeof profiles !== 'object' || Array.isArray(profiles) || profiles instanceof Date) return {}
  return profiles
}

/** @throws TidingsError of kind bad-input where the text is written in a way that these edits cannot change */
function checked(before: string, after: string, file: string, change: (root: TomlTable) => void): string {
  const wanted = parseToml(before, file)
  change(wanted)
  let reached: TomlTable | undefined
  try {
    reached = parseToml(after, file)
  } catch {
    // Told below: what cannot be parsed is not what was wanted.
  }
  if (isDeepStrictEqual(plain(reached), plain(wanted))) return after
  throw new TidingsError(
    'bad-input',
    `cannot change "${file}": it is written in a way that only an editor can change`,
    {
      code: 'profiles-not-editable',
      suggestion: 'tidings profile edit; write each profile as a table of its own: [profiles.NAME]',
      details: { file }
    }
  )
}

/** What a document says, in a form that can be compared. An empty table of profiles says nothing. */
function plain(root: TomlTable | undefined): unknown {
  if (root === undefined || Object.keys(tablesOf(root)).length > 0)
    return JSON.parse(JSON.stringify(root ?? null))
  const { profiles: _, ...rest } = root
  return JSON.parse(JSON.stringify(rest))
}
