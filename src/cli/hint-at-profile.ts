import { existsSync } from 'node:fs'
import { TidingsError } from '../core/errors.js'
import { isProfileName, type Profiles } from '../core/profile/profile.js'
import { profilePlace } from './profile-place.js'

/**
 * The same failure to connect, with another suggestion where the broker that was named is no host but the name of a profile.
 * @param brokers as the command line or the environment names them
 */
export async function withHintAtProfile(
  error: unknown,
  brokers: readonly string[],
  env: Readonly<Record<string, string | undefined>>
): Promise<unknown> {
  if (!(error instanceof TidingsError) || error.kind !== 'connect') return error
  const names = brokers.filter(isProfileName)
  const place = names.length === 0 ? undefined : profilePlace(env)
  if (place === undefined || !existsSync(place.file)) return error
  const { ProfileFile } = await import('../files/profiles/profile-file.js')
  const profiles = readIfRight(() => new ProfileFile(place.file, place.home).read())
  const name = names.find((each) => profiles?.all.has(each))
  if (name === undefined) return error
  const { kind, message, code, details } = error
  const suggestion = `there is a profile of that name: --profile ${name}`
  return new TidingsError(kind, message, { code, details, suggestion, cause: error })
}

/** The same failure to connect, with the profile that names the broker, where the command line does not: the user may have forgotten it. */
export function withProfileInUse(error: unknown, profile: string): unknown {
  if (!(error instanceof TidingsError) || error.kind !== 'connect') return error
  const { kind, message, code, details, suggestion } = error
  const hint = `the profile "${profile}" names this broker; for the embedded one: --broker local`
  const both = suggestion === undefined ? hint : `${suggestion}; ${hint}`
  return new TidingsError(kind, message, { code, details, suggestion: both, cause: error })
}

/** A file that is wrong has nothing to do with the failure that is told. */
function readIfRight(read: () => Profiles): Profiles | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof TidingsError) return undefined
    throw error
  }
}
