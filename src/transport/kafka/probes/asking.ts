import type { CheckOptions } from '../../../core/broker-check.js'
import type { Ability } from '../../../core/broker-findings.js'
import { TidingsError } from '../../../core/errors.js'
import { soon } from '../../../core/soon.js'
import { ERROR, errorWords } from '../error-codes.js'
import { BadAnswerError, LostNodeError, MissingApiError } from '../node-connection.js'
import { PartitionError } from '../start-positions.js'

/** What came of a question: a value, or why there is none, in words. */
export type Answer<T> = { readonly value: T } | { readonly note: string }

/**
 * Waits for an answer as long as the check's patience lasts.
 * @throws TidingsError interrupted if the user stops the check
 */
export async function answerTo<T>(asked: Promise<T>, options: CheckOptions): Promise<Answer<T>> {
  try {
    const value = await soon(asked, options)
    return value === undefined ? { note: 'no answer in time' } : { value }
  } catch (error) {
    if (error instanceof TidingsError ? error.kind === 'interrupted' : !isOfTheBroker(error)) throw error
    return { note: (error as Error).message }
  }
}

/** Whether an error says that this broker does not answer, or not as it should. */
export const isOfTheBroker = (error: unknown): boolean =>
  [LostNodeError, MissingApiError, BadAnswerError, PartitionError].some((kind) => error instanceof kind)

/** The value of an answer, if there is one. */
export const valueIn = <T>(answer: Answer<T>): T | undefined => ('value' in answer ? answer.value : undefined)

/** What an answer with an error code says of an ability. */
export function abilityOf(answer: Answer<{ readonly error: number }>): Ability {
  if ('note' in answer) return { works: undefined, note: answer.note }
  const { error } = answer.value
  return error === ERROR.none ? { works: true } : { works: false, note: errorWords(error) }
}
