import { TidingsError } from '../core/errors.js'
import type { CommandContext } from './command-context.js'
import { givenOf } from './profile-flags.js'
import { wantedProfile } from './wanted-profile.js'

/**
 * The broker of a command line that the parser has refused, as far as it can be known: the line, the environment or a profile names it.
 * Asks nobody, and takes no notice of profiles that cannot be read.
 */
export async function brokerOfLine(
  argv: readonly string[],
  { io }: Pick<CommandContext, 'io'>
): Promise<string | undefined> {
  const named = wordAfter(argv, '-b', '--broker')
  if (named !== undefined) return named
  const profile = wordAfter(argv, '--profile')
  const given = givenOf(new Set(), io.env)
  if (profile === undefined && given.variables.has('broker')) return io.env.TIDINGS_BROKER
  const world = { io, warn: () => undefined }
  try {
    const used = await wantedProfile(
      { profile, hasBroker: false },
      given,
      () => Promise.resolve(undefined),
      world
    )
    return used?.profile.settings.broker[0]
  } catch (error) {
    if (error instanceof TidingsError) return undefined
    throw error
  }
}

/** The value that a flag has on the line: behind it, behind `=`, or in the same word as a short name. */
function wordAfter(argv: readonly string[], ...names: readonly string[]): string | undefined {
  for (const [at, word] of argv.entries()) {
    if (word === '--') return undefined
    for (const name of names) {
      if (word === name) return argv[at + 1]
      const start = name.startsWith('--') ? `${name}=` : name
      if (word.startsWith(start)) return word.slice(start.length)
    }
  }
  return undefined
}
