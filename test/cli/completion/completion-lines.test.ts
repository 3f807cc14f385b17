import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { completionLines } from '../../../src/cli/completion/completion-lines.js'
import { divideLine } from '../../../src/cli/completion/shell-line.js'

const inBash = (values: string[], line: string) => {
  const divided = divideLine(line, ':=@')
  if (divided === undefined) throw new Error('the line cannot be completed')
  return completionLines('bash', { candidates: values.map((value) => ({ value })) }, divided)
}

/** The words that bash makes of a text. */
const wordsOf = (text: string): string[] =>
  execFileSync('bash', ['-c', `printf '%s\\0' ${text}`], { encoding: 'utf8', cwd: tmpdir() })
    .split('\0')
    .slice(0, -1)

it.each([
  ['bare', 'tidings subscribe ', ''],
  ['in single quotes', "tidings subscribe '", "'"],
  ['in double quotes', 'tidings subscribe "', '"']
])('bash takes a candidate for the name itself and runs nothing: %s', (_, line, quote) => {
  const name = fc.string({
    unit: fc.constantFrom(...'a9é€/$`"\'\\!*?[]{}()<>|&;~#=:@ ^%+,.-😀'),
    minLength: 1,
    maxLength: 20
  })
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 30 }), (names) => {
      const fitting = names.filter(
        (text) => !(quote === "'" && text.includes("'")) && !(quote === '"' && text.includes('!'))
      )
      const lines = inBash(names, line).split('\n').slice(0, -1)
      expect(lines).toHaveLength(fitting.length)
      if (fitting.length > 0) expect(wordsOf(lines.map((text) => quote + text).join(' '))).toEqual(fitting)
    }),
    { numRuns: 40 }
  )
})

it('leaves out in bash what stands before the last character that breaks words', () => {
  expect(inBash(['--qos=0'], 'tidings publish --qos=')).toBe('0\n')
  expect(inBash(['a:b:c d'], 'tidings publish a:b:')).toBe('c\\ d\n')
  expect(inBash(['a:b:c d'], "tidings publish 'a:b:")).toBe("a:b:c d'\n")
})

it.each(['a\nb', 'a\tb', 'a\x1b[31m', 'a\u202eb', 'a\rb', 'a\x9bb', ''])('never offers %j', (value) => {
  for (const shell of ['bash', 'zsh', 'fish'] as const) {
    const line = divideLine('tidings subscribe ')
    if (line === undefined) throw new Error('the line cannot be completed')
    expect(completionLines(shell, { candidates: [{ value }] }, line)).toBe(shell === 'bash' ? '' : 'words\n')
  }
})

it('says in zsh and fish where files belong, and describes candidates', () => {
  const line = divideLine('tidings ')
  if (line === undefined) throw new Error('the line cannot be completed')
  expect(completionLines('zsh', { candidates: [], files: 'files' }, line)).toBe('files\n')
  const candidates = [{ value: 'publish', description: 'Publish' }, { value: 'x' }]
  expect(completionLines('fish', { candidates }, line)).toBe('words\npublish\tPublish\nx\n')
})
