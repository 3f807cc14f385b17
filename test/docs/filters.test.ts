import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { filterFlags } from '../../src/cli/flags/filter.js'
import { compileCondition } from '../../src/filter/compile-condition.js'
import { VARIABLES } from '../../src/filter/message-variables.js'

const page = readFileSync(join(import.meta.dirname, '../../docs/filters.md'), 'utf8')
const codeIn = (text: string) => Array.from(text.matchAll(/`([^`]+)`/g), ([, code = '']) => code)
const rowsOf = (heading: string) => {
  const section = page.slice(page.indexOf(`## ${heading}\n`)).split('\n## ')[0] ?? ''
  const rows = section.split('\n').filter((line) => line.startsWith('| '))
  return rows.slice(1).map((row) =>
    row
      .replaceAll('\\|', '¦')
      .split('|')
      .map((cell) => cell.trim().replaceAll('¦', '|'))
  )
}

it('the page names each name that an expression can use', () => {
  const named = rowsOf('Names').flatMap(([, first = '']) => codeIn(first))
  expect(named.sort()).toEqual([...VARIABLES].sort())
})

it('what it says can be written is an expression', () => {
  const written = rowsOf('What you can write').flatMap(([, , second = '']) => codeIn(second))
  const whole = written.filter((code) => /^[a-z(]/i.test(code) && !code.includes('…'))
  expect(whole.length).toBeGreaterThan(15)
  for (const code of whole) compileCondition(code)
})

it('the examples in the help are expressions', () => {
  const { summary = '' } = filterFlags.where
  const [, expression = ''] = /'([^']+)'/.exec(summary) ?? []
  expect(compileCondition(expression)).toBeTypeOf('function')
})
