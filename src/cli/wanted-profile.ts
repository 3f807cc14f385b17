import { existsSync } from 'node:fs'
import type { Profiles } from '../core/profile/profile.js'
import { countsInUse, type Given } from '../core/value-origin.js'
import type { CommandContext } from './command-context.js'
import type { UsedProfile } from './profile/used-profile.js'
import { profilePlace } from './profile-place.js'

/** What a command line says of its broker. */
export interface NamedOnLine {
  /** The profile that it names. */
  readonly profile: string | undefined
  /** Whether it names a broker. */
  readonly hasBroker: boolean
}

/**
 * The profile that a command uses, if any. Reads no file, and loads nothing, where no profile is named and none can be in use.
 * @param ask asks a person, where several profiles are there and none is named or in use
 * @throws TidingsError usage for a profile that is not there, bad-input for a file that is wrong
 */
export async function wantedProfile(
  line: NamedOnLine,
  given: Given,
  ask: (profiles: Profiles) => Promise<string | undefined>,
  { io: { env }, warn }: Pick<CommandContext, 'io' | 'warn'>
): Promise<UsedProfile | undefined> {
  const named = line.profile || undefined
  const variable = env.TIDINGS_PROFILE || undefined
  if (named === undefined && (line.hasBroker || !countsInUse(given))) {
    if (variable !== undefined && !line.hasBroker)
      warn(`TIDINGS_BROKER is set, so the profile "${variable}" that TIDINGS_PROFILE names does not count`)
    return undefined
  }
  const place = profilePlace(env)
  if (place === undefined || (named === undefined && variable === undefined && !existsSync(place.file)))
    return undefined
  const { findUsedProfile } = await import('./profile/used-profile.js')
  return findUsedProfile(place, { named, variable, ask }, warn)
}
