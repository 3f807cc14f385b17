import { TidingsError } from '../core/errors.js'
import { describeOutboxCounts, type OutboxCounts } from '../ui/outbox-report.js'
import type { Io } from './io.js'

/**
 * Asks whether messages may be deleted.
 * @throws TidingsError of kind usage for any answer but yes, and where stdin is not a terminal
 */
export async function confirmClear(outbox: string, counts: OutboxCounts, io: Io): Promise<void> {
  const refuse = (reason: string) =>
    new TidingsError('usage', `cannot clear the outbox "${outbox}": ${reason}`, {
      code: 'not-confirmed',
      suggestion: `tidings outbox clear ${outbox} --yes`
    })
  if (!io.stdin.isTerminal) throw refuse('stdin is not a terminal, so nobody can be asked')
  const { askForText } = await import('./prompts.js')
  const answer = await askForText(`Delete ${describeOutboxCounts(counts)}? (yes/no)`, io.stop)
  if (!/^y(es)?$/i.test(answer.trim())) throw refuse('the answer was not yes, so nothing was deleted')
}
