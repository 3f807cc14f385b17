import { TidingsError } from '../../core/errors.js'
import type { Profile } from '../../core/profile/profile.js'
import type { Io } from '../io.js'

/**
 * Asks whether something may be published to a broker whose profile is protected.
 * @param what what is about to happen, such as `publish`
 * @throws TidingsError of kind usage for any answer but the profile's name, and where there is no terminal to ask on
 */
export async function confirmProtected(
  { name }: Pick<Profile, 'name'>,
  what: string,
  io: Pick<Io, 'stdin' | 'stderr' | 'stop'>
): Promise<void> {
  const refuse = (why: string, suggestion: string) =>
    new TidingsError('usage', `cannot ${what} with the protected profile "${name}": ${why}`, {
      code: 'not-confirmed',
      suggestion
    })
  if (!io.stdin.isTerminal || !io.stderr.isTerminal)
    throw refuse('there is no terminal to ask on', `tidings ${what} ... --yes`)
  const { askForText } = await import('../prompts.js')
  const answer = await askForText(`"${name}" is protected. To ${what}, type its name:`, io.stop)
  // Who has typed another name may be at the wrong broker, and is not told how to get past the question.
  if (answer.trim() !== name)
    throw refuse(
      'the answer was not its name, so nothing was published',
      `see which profile is in use: tidings profile show`
    )
}
