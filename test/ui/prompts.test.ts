import { PassThrough, Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { openPrompts, type Prompts } from '../../src/ui/prompts.js'
import { findObeyed, hostileTexts } from '../support/hostile-text.js'

const PER_PROMPT = 10
const texts = hostileTexts(10_000)
/** All of them, several to a prompt. */
const lines = Array.from({ length: texts.length / PER_PROMPT }, (_, at) =>
  texts.slice(at * PER_PROMPT, (at + 1) * PER_PROMPT).join(' ')
)
const ENTER = '\r'

/** What inquirer moves the cursor and clears lines with, and its looks. */
const OWN = /\x1b\[(?:\?25[hl]|[\d;]*[ABCDGKm])/g

/** The real prompts on a terminal of which all that is written is kept. */
function promptsInMemory() {
  const input = new PassThrough()
  let written = ''
  // Inquirer ends its output after each prompt, unless that is the process's.
  const open = () => {
    const output = new Writable({
      write(chunk, _encoding, done) {
        written += chunk
        done()
      }
    })
    return openPrompts({ input, output })
  }
  const prompts: Prompts = {
    line: (...asked) => open().line(...asked),
    oneOf: (...asked) => open().oneOf(...asked),
    password: (...asked) => open().password(...asked),
    choice: (...asked) => open().choice(...asked)
  }
  /** Types what the question that was just asked will read. */
  const typing = <T>(keys: string, asked: Promise<T>): Promise<T> => {
    input.write(keys)
    return asked
  }
  return {
    prompts,
    input,
    typing,
    /** Fails if something was written since the last time that a terminal would obey, or nothing was. */
    expectHarmless(): void {
      const text = written.replaceAll(OWN, '').replaceAll('\n', '')
      written = ''
      expect(text.length).toBeGreaterThan(0)
      expect(findObeyed(text)).toBeUndefined()
    }
  }
}

describe('of 10,000 hostile texts no prompt writes anything that a terminal would obey', () => {
  it('as the message of a line, what it starts from, and why an answer is refused', async () => {
    const { prompts, typing, expectHarmless, input } = promptsInMemory()
    for (const text of lines) {
      let refusals = 0
      const check = () => {
        if (refusals++ > 0) return true
        setImmediate(() => input.write(ENTER))
        return text
      }
      await typing(`x${ENTER}`, prompts.line(text, text, check))
      expect(refusals).toBe(2)
      expectHarmless()
    }
  })

  it('as the message and the names of a choice', async () => {
    const { prompts, typing, expectHarmless } = promptsInMemory()
    for (const text of lines) {
      const choices = [
        { name: 'a', value: 1 },
        { name: text, value: 2 }
      ]
      expect(await typing(ENTER, prompts.choice(text, choices, 2))).toBe(2)
      expectHarmless()
    }
  })

  it('as one of several texts, and as one that is typed', async () => {
    const { prompts, input, expectHarmless } = promptsInMemory()
    for (const text of lines.filter((_, at) => at % 20 === 0)) {
      const asked = prompts.oneOf(text, [text, 'a'], () => true)
      // The prompt gets its texts a moment later; a key that picks nothing has it ask again.
      let isAnswered = false
      const answer = asked.finally(() => {
        isAnswered = true
      })
      while (!isAnswered) {
        input.write(ENTER)
        await new Promise(setImmediate)
      }
      expect(await answer).toBe(text)
      expectHarmless()
    }
  })

  it('as the message of a password, which is not shown either', async () => {
    const { prompts, typing, expectHarmless } = promptsInMemory()
    for (const text of lines) {
      expect(await typing(`s3cret${ENTER}`, prompts.password(text))).toBe('s3cret')
      expectHarmless()
    }
  })

  it('as text that is pasted', async () => {
    const { prompts, typing, expectHarmless } = promptsInMemory()
    for (const text of ['a\u202eb', 'a\u2066b', 'a\u0085b', 'a\u009b31mb', 'a\u{e0041}b', 'a\ufeffb']) {
      expect(await typing(`${text}${ENTER}`, prompts.line('Payload', ''))).toBe(text)
      expectHarmless()
    }
  })
})
