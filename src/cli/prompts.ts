import { interruptedBy, interruption } from '../core/concluded.js'
import { TidingsError } from '../core/errors.js'
import { type Check, openPrompts, type Prompts } from '../ui/prompts.js'
import { isInForeground } from './foreground.js'

/** Asks a question. Ctrl-C and an aborted `signal` throw a `TidingsError` of kind interrupted, with the name of the signal. */
async function ask<T>(
  what: string,
  signal: AbortSignal,
  question: (prompts: Prompts) => Promise<T>
): Promise<T> {
  if (!isInForeground()) {
    throw new TidingsError('usage', `cannot ask for "${what}": this is a job in the background`, {
      code: 'in-background',
      suggestion: 'run it in the foreground, or give the value on the command line'
    })
  }
  try {
    return await question(openPrompts({ output: process.stderr, signal }))
  } catch (error) {
    if (error instanceof Error && (error.name === 'ExitPromptError' || error.name === 'AbortPromptError')) {
      throw interruption(interruptedBy(signal) ?? 'SIGINT', error)
    }
    throw error
  }
}

/** Asks for a secret without showing it. */
export const askForPassword = (message: string, signal: AbortSignal): Promise<string> =>
  ask(message, signal, (prompts) => prompts.password(message))

/** Asks for a line of text. */
export const askForText = (message: string, signal: AbortSignal, check?: Check): Promise<string> =>
  ask(message, signal, (prompts) => prompts.line(message, '', check))

/** Asks for one of some values; starts with the first. */
export async function askForChoice<Value>(
  message: string,
  choices: readonly [{ name: string; value: Value }, ...{ name: string; value: Value }[]],
  signal: AbortSignal
): Promise<Value> {
  return ask(message, signal, (prompts) => prompts.choice(message, choices, choices[0].value))
}

/** Asks for one of the texts, or for another one that `check` does not refuse. */
export const askForOneOf = (
  message: string,
  texts: readonly string[],
  signal: AbortSignal,
  check: Check
): Promise<string> => ask(message, signal, (prompts) => prompts.oneOf(message, texts, check))
