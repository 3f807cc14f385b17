import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { warnOfFileName } from '../../src/cli/warn-of-file-name.js'

const folder = mkdtempSync(join(tmpdir(), 'tidings-file-name-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = join(folder, 'my follower.json')
writeFileSync(file, '{}')
mkdirSync(join(folder, 'b'))

function warningsOf(payload: string): string[] {
  const warnings: string[] = []
  warnOfFileName(payload, (text) => warnings.push(text))
  return warnings
}

it.each([file, `@${file}`])('the name of a file is told of --file: %s', (payload) => {
  expect(warningsOf(payload)).toEqual([
    `the payload is the text "${payload}", and not what the file of that name holds; for that: --file '${file}'`
  ])
})

it.each([
  ['a name of no file', join(folder, 'c.json')],
  ['a folder', folder],
  ['nothing', ''],
  ['@ alone', '@'],
  ['a text with a zero byte', 'a\0b'],
  ['a text that is longer than any path', 'x'.repeat(5000)],
  ['JSON', '{"n":1}']
])('nothing is said of %s', (_what, payload) => {
  expect(warningsOf(payload)).toEqual([])
})
