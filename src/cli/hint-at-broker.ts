import { existsSync } from 'node:fs'
import { closestName } from '../core/closest-name.js'
import { TidingsError } from '../core/errors.js'
import { isProfileName, type Profiles } from '../core/profile/profile.js'
import type { Transports } from '../core/protocol.js'
import { profilePlace } from './profile-place.js'

/** What other programs and people call the broker that is built in. */
const EMBEDDED = ['embedded', 'builtin', 'built-in']
const AT_EMBEDDED = 'for the embedded broker: --broker local'
/** The host of `scheme://user@host:port/path`; nothing where several are named. */
const HOST = /^(?:[^/@:]*:\/\/)?(?:[^@]*@)?([^:/?#,]+)(?::\d+)?(?:[/?].*)?$/s

/**
 * The same failure to connect, with another suggestion where the broker that was named is no host but something else: a profile, the
 * embedded broker, a protocol, or a name that is typed wrong.
 * @param brokers as the command line or the environment names them
 */
export async function withHintAtBroker(
  error: unknown,
  brokers: readonly string[],
  { env, transports }: { env: Readonly<Record<string, string | undefined>>; transports: Transports }
): Promise<unknown> {
  if (!(error instanceof TidingsError) || error.kind !== 'connect') return error
  const names = brokers.filter(isProfileName)
  const profiles = names.length === 0 ? [] : await profileNames(env)
  const name = names.find((each) => profiles.includes(each))
  const suggestion =
    name !== undefined
      ? `there is a profile of that name: --profile ${name}`
      : error.code === 'unknown-host' && brokers.length === 1
        ? meant(brokers[0] ?? '', profiles, transports)
        : undefined
  if (suggestion === undefined) return error
  const { kind, message, code, details } = error
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

/** What a user probably meant with a host that does not exist. */
function meant(broker: string, profiles: readonly string[], transports: Transports): string | undefined {
  const host = HOST.exec(broker)?.[1]?.toLowerCase()
  if (host === undefined) return undefined
  const isBare = isProfileName(broker)
  if (!isBare) return closestName(host, ['localhost']) && 'did you mean localhost?'
  if (EMBEDDED.includes(host)) return AT_EMBEDDED
  const scheme = transports.schemeMeant(host)
  if (scheme !== undefined)
    return `check the name of the host; with a protocol, the broker is written ${scheme}://HOST`
  const near = closestName(broker, ['local', 'localhost', ...profiles])
  if (near === undefined) return undefined
  if (near === 'local') return `did you mean local? It is the embedded broker: --broker local`
  return near === 'localhost' ? 'did you mean localhost?' : `did you mean --profile ${near}?`
}

async function profileNames(env: Readonly<Record<string, string | undefined>>): Promise<readonly string[]> {
  const place = profilePlace(env)
  if (place === undefined || !existsSync(place.file)) return []
  const { ProfileFile } = await import('../files/profiles/profile-file.js')
  const profiles = readIfRight(() => new ProfileFile(place.file, place.home).read())
  return profiles === undefined ? [] : [...profiles.all.keys()]
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
