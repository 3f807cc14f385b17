import { counted } from '../core/counted.js'
import { TidingsError } from '../core/errors.js'
import type { KeptPlace } from '../core/protocol.js'
import { quoteName } from '../core/visible-text.js'
import type { Io } from './io.js'

/** Places that are named. The others are counted. */
const NAMED = 5

/**
 * Asks whether the progress of another program may be deleted.
 * @throws TidingsError of kind usage for any answer but yes, and where stdin is not a terminal
 */
export async function confirmForeignSession(
  session: string,
  places: readonly KeptPlace[],
  io: Pick<Io, 'stdin' | 'stop'>
): Promise<void> {
  const what = `another program keeps its place there: ${inWords(places)}`
  const refuse = (reason: string) =>
    new TidingsError('usage', `cannot delete the session ${quoteName(session)}: ${what}; ${reason}`, {
      code: 'not-confirmed',
      suggestion: `tidings session delete ${session} --yes`
    })
  if (!io.stdin.isTerminal) throw refuse('stdin is not a terminal, so nobody can be asked')
  const { askForText } = await import('./prompts.js')
  const answer = await askForText(`Under ${quoteName(session)} ${what}. Delete it? (yes/no)`, io.stop)
  if (!/^y(es)?$/i.test(answer.trim())) throw refuse('the answer was not yes, so nothing was deleted')
}

function inWords(places: readonly KeptPlace[]): string {
  const named = [...places]
    .sort((a, b) => (a.channel === b.channel ? a.partition - b.partition : a.channel < b.channel ? -1 : 1))
    .slice(0, NAMED)
    .map(
      ({ channel, partition, offset }) =>
        `partition ${partition} of ${quoteName(channel)} at offset ${offset}`
    )
  const others = places.length - named.length
  return [...named, ...(others > 0 ? [counted(others, 'other partition')] : [])].join(', ')
}
