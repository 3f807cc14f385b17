import { visibleText } from '../core/visible-text.js'

/** Where prompts are shown and answered; by default the process's terminal. */
export interface PromptPlace {
  readonly input?: NodeJS.ReadableStream
  readonly output?: NodeJS.WritableStream
  /** Ends a prompt, which rejects with inquirer's AbortPromptError. */
  readonly signal?: AbortSignal
}

/** Returns true, or what is wrong with a text. */
export type Check = (text: string) => true | string

export interface Prompts {
  /** Asks for a line of text, which starts as `initial`. `check` can refuse an answer. */
  line(message: string, initial: string, check?: Check): Promise<string>
  /**
   * Asks for one of the texts, or for another that `check` does not refuse. What is typed narrows them down. They come in the order given,
   * one that is typed in full first.
   */
  oneOf(message: string, texts: readonly string[], check: Check): Promise<string>
  /** Asks for a secret without showing it. */
  password(message: string): Promise<string>
  choice<Value>(
    message: string,
    choices: readonly { name: string; value: Value }[],
    initial: Value
  ): Promise<Value>
}

/** Whether a prompt can start from this text. In a prompt, a user could not tell a control character from its visible escape. */
const isEditable = (text: string): boolean => visibleText(text) === text

/**
 * Prompts by inquirer. inquirer writes texts unchanged, so control characters are made visible before it gets them. A line that is not
 * `isEditable` starts empty. Ctrl-C rejects with inquirer's ExitPromptError.
 */
export function openPrompts(place: PromptPlace): Prompts {
  const load = async () => (await import('inquirer')).default.createPromptModule({ ...place })
  return {
    async line(message, initial, check) {
      const prompt = await load()
      const { answer } = await prompt([
        {
          type: 'input',
          name: 'answer',
          message: visibleText(message),
          default: isEditable(initial) ? initial : '',
          prefill: 'editable',
          // Pasted text may hold control characters, too.
          transformer: (text: string) => visibleText(text),
          validate: (text: string) => {
            const checked = check?.(text) ?? true
            return checked === true || visibleText(checked)
          }
        }
      ])
      return answer
    },
    async oneOf(message, texts, check) {
      const prompt = await load()
      const { answer } = await prompt([
        {
          type: 'search',
          name: 'answer',
          message: visibleText(message),
          source: (typed: string | undefined) => namedTexts(texts, typed ?? '', check),
          // Pasted text may hold control characters, too.
          theme: { style: { searchTerm: (text: string) => visibleText(text) } }
        }
      ])
      return answer
    },
    async password(message) {
      const prompt = await load()
      const { answer } = await prompt([
        { type: 'password', name: 'answer', message: visibleText(message), mask: '*' }
      ])
      return answer
    },
    async choice(message, choices, initial) {
      const prompt = await load()
      const named = choices.map(({ name }, index) => ({ name: visibleText(name), value: index }))
      const at = choices.findIndex(({ value }) => value === initial)
      const { answer } = await prompt([
        {
          type: 'select',
          name: 'answer',
          message: visibleText(message),
          choices: named,
          default: Math.max(0, at)
        }
      ])
      const chosen = choices[answer]
      if (!chosen) throw new Error(`inquirer answered ${answer}, which is no choice`)
      return chosen.value
    }
  }
}

/** The texts that hold what is typed, and what is typed itself. Throws what is wrong with it where it is neither. */
function namedTexts(
  texts: readonly string[],
  typed: string,
  check: Check
): { name: string; value: string }[] {
  const sought = typed.toLowerCase()
  const found = texts.filter((text) => text !== typed && visibleText(text).toLowerCase().includes(sought))
  const checked = typed === '' ? 'nothing is typed' : check(typed)
  const isExact = texts.includes(typed)
  const all = checked !== true ? found : isExact ? [typed, ...found] : [...found, typed]
  if (all.length === 0 && checked !== true) throw new Error(visibleText(checked))
  return all.map((text) => ({ name: visibleText(text), value: text }))
}
