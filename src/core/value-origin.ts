/** Where a value comes from. */
export type Origin = 'flag' | 'profile' | 'environment' | 'default'

/** What there is for a command, by the names of flags. */
export interface Given {
  /** The flags that stand on the command line. */
  readonly flags: ReadonlySet<string>
  /** The flags whose variable is set. */
  readonly variables: ReadonlySet<string>
}

/** A profile that counts. */
export interface Counting {
  /** The flags that it has a value for. */
  readonly keys: ReadonlySet<string>
  /** Whether the command line names it; otherwise it is the one in use. */
  readonly isNamed: boolean
}

/** What opens a broker's door. The environment's is meant for the environment's broker. */
const CREDENTIALS: ReadonlySet<string> = new Set(['password', 'password-file', 'ws-header'])

/** Flags that say the same in another way: one of them beats them all further down. */
const PASSWORDS: readonly string[] = ['password', 'password-file']

/**
 * Where the value of a flag comes from: the command line, the profile that it names, the environment, the profile in use, the default.
 * A profile's broker never gets the environment's credentials.
 */
export function originOf(flag: string, { flags, variables }: Given, profile: Counting | undefined): Origin {
  const same = PASSWORDS.includes(flag) ? PASSWORDS : [flag]
  const isIn = (names: ReadonlySet<string>) => same.some((name) => names.has(name))
  if (isIn(flags)) return 'flag'
  const isInProfile = profile !== undefined && isIn(profile.keys)
  if (isInProfile && (profile.isNamed || CREDENTIALS.has(flag))) return 'profile'
  if (isIn(variables) && (profile === undefined || !CREDENTIALS.has(flag))) return 'environment'
  return isInProfile ? 'profile' : 'default'
}

/**
 * Whether the profile in use counts: where the command line or the environment names the broker, nothing of the profile is meant for that
 * broker, and least of all its password.
 */
export const countsInUse = ({ flags, variables }: Given): boolean =>
  !flags.has('broker') && !variables.has('broker')
