import { TidingsError } from '../../core/errors.js'
import type { Profile, Profiles } from '../../core/profile/profile.js'
import { type Given, originOf } from '../../core/value-origin.js'
import { ProfileFile } from '../../files/profiles/profile-file.js'
import { splitBrokers } from '../broker-list.js'
import { holdsPassword } from '../password-in-url.js'
import { keysOf, type ProfileFlags, profileFlagsOf } from '../profile-flags.js'
import type { ProfilePlace } from '../profile-place.js'
import { profileNamed } from './profile-named.js'

/** The profile whose broker a command connects to. */
export interface UsedProfile {
  readonly profile: Profile
  /** Whether the command line names it. */
  readonly isNamed: boolean
  readonly file: ProfileFile
}

/** What a command asks for. */
export interface ProfileWish {
  /** The profile that the command line names. */
  readonly named: string | undefined
  /** The profile that the environment names. */
  readonly variable: string | undefined
  /** Asks a person, where several profiles are there and none is named or in use. Undefined is none of them. */
  readonly ask: (profiles: Profiles) => Promise<string | undefined>
}

/**
 * Finds the profile that a command uses, if any, and checks the whole file.
 * @throws TidingsError usage for a profile that is not there, bad-input for a file that is wrong
 */
export async function findUsedProfile(
  place: ProfilePlace,
  { named, variable, ask }: ProfileWish,
  warn: (text: string) => void
): Promise<UsedProfile | undefined> {
  const file = new ProfileFile(place.file, place.home)
  const profiles = file.read()
  const name =
    named ?? variable ?? profiles.inUse ?? (profiles.all.size > 1 ? await ask(profiles) : undefined)
  if (name === undefined) return undefined
  const profile = profileNamed(profiles, name, named === undefined && variable !== undefined)
  checkModes(profile, file, warn)
  return { profile, isNamed: named !== undefined, file }
}

/** Whoever can change the file chooses the program that is run for the password. */
function checkModes({ name, settings }: Profile, file: ProfileFile, warn: (text: string) => void): void {
  const { reading, writing } = file.openTo()
  if (writing && settings.secret?.kind === 'command')
    throw new TidingsError(
      'bad-input',
      `cannot run the password command of profile "${name}": other users can write to "${file.path}"`,
      { code: 'profiles-open', suggestion: `chmod 600 "${file.path}"`, details: { file: file.path } }
    )
  const urls = [...settings.broker.flatMap(splitBrokers), ...(settings.proxy ? [settings.proxy] : [])]
  if (reading && (settings.secret?.kind === 'text' || settings.wsHeader || urls.some(holdsPassword)))
    warn(`other users can read the password in "${file.path}": chmod 600 "${file.path}"`)
}

/** The values of flags that come from the profile, or are undefined since the environment's are not for its broker. */
export function flagsFrom({ profile, isNamed }: UsedProfile, given: Given): Partial<ProfileFlags> {
  const counting = { keys: keysOf(profile.settings), isNamed }
  const values = Object.entries({ ...profileFlagsOf(profile.settings), 'password-file': undefined })
  return Object.fromEntries(
    values.filter(([name]) => {
      const origin = originOf(name, given, counting)
      return origin === 'profile' || (origin === 'default' && given.variables.has(name))
    })
  )
}
