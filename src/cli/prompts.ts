import inquirer from 'inquirer'
import { TidingsError } from '../core/errors.js'

/** Ctrl-C in a prompt is an interruption like any other. */
async function answered<T>(prompt: Promise<T>): Promise<T> {
  try {
    return await prompt
  } catch (error) {
    if (error instanceof Error && (error.name === 'ExitPromptError' || error.name === 'AbortPromptError')) {
      throw new TidingsError('interrupted', 'interrupted', {
        code: 'interrupted',
        details: { signal: 'SIGINT' },
        cause: error
      })
    }
    throw error
  }
}

/** Asks for a secret without showing it. */
export async function askForPassword(message: string, signal?: AbortSignal): Promise<string> {
  const question = { type: 'password' as const, name: 'answer', message, mask: '*' }
  const answers = await answered(
    inquirer.createPromptModule({ output: process.stderr, ...(signal && { signal }) })([question])
  )
  return answers.answer
}

/** Asks for a line of text; `check` returns true or what is wrong with it. */
export async function askForText(
  message: string,
  options: { initial?: string; check?: (text: string) => true | string; signal?: AbortSignal } = {}
): Promise<string> {
  const question = {
    type: 'input' as const,
    name: 'answer',
    message,
    ...(options.initial !== undefined && { default: options.initial }),
    ...(options.check && { validate: options.check })
  }
  const { signal } = options
  const answers = await answered(
    inquirer.createPromptModule({ output: process.stderr, ...(signal && { signal }) })([question])
  )
  return answers.answer
}
