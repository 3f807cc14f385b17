import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quoteForShell } from '../../../../src/core/quote-for-shell.js'
import { shellLines } from '../../../../src/ui/channel-browser/view/shell-lines.js'

describe('a command on several lines', () => {
  it('is one line where that has room', () => {
    expect(shellLines('tidings publish a hello', 40)).toEqual(['tidings publish a hello'])
  })

  it('is divided between words, as a shell takes it', () => {
    expect(shellLines("tidings publish a hello --broker 'amqp://my broker'", 28)).toEqual([
      'tidings publish a hello \\',
      "--broker 'amqp://my broker'"
    ])
  })

  it('says to a shell what it says on one line', () => {
    const word = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
      .filter((text) => !text.includes('\0'))
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), (words) => {
        const lines = shellLines(['printf', "'%s\\0'", ...words.map(quoteForShell)].join(' '), 40)
        const said = execFileSync('sh', ['-c', lines.map((line) => `   ${line}`).join('\n')], {
          encoding: 'utf8'
        })
        expect(said).toBe(words.map((each) => `${each}\0`).join(''))
      }),
      { numRuns: 50 }
    )
  })
})
