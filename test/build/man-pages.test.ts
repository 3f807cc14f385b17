import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { HELP_TOPICS } from '../../src/cli/help/help-topics.js'
import { findTool } from '../support/find-tool.js'

const root = join(import.meta.dirname, '..', '..')
const folder = join(root, 'dist', 'man')
const pages = readdirSync(folder)
const { commands } = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8')) as {
  commands: Record<string, { id: string; hidden?: boolean }>
}
const mandoc = findTool('mandoc', 'mandoc')

it('there is a man page for the program, each command and each topic', () => {
  const ids = Object.values(commands).flatMap(({ id, hidden }) => (hidden ? [] : [id.replaceAll(':', '-')]))
  const wanted = [
    'tidings.1',
    ...ids.map((id) => `tidings-${id}.1`),
    ...HELP_TOPICS.map(({ name }) => `tidings-${name}.7`)
  ]
  expect(pages.toSorted()).toEqual(wanted.toSorted())
})

it('package.json names all of them, so that npm installs them', () => {
  const { man } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  expect(man).toEqual(pages.toSorted().map((page) => `./dist/man/${page}`))
})

describe.skipIf(mandoc.isLeftOut)('mandoc', () => {
  it.each(pages)('has nothing to say against %s', (page) => {
    const { stdout } = spawnSync(mandoc.path, ['-Tlint', join(folder, page)], { encoding: 'utf8' })
    // A build is the same on every day, so a page has no date; roff's lines may be long.
    expect(stdout.split('\n').filter((line) => !/^$|STYLE: input text line|missing date/.test(line))).toEqual(
      []
    )
  })

  it('shows the flags and examples of a command', () => {
    const text = execFileSync(mandoc.path, ['-Tascii', join(folder, 'tidings-publish.1')], {
      encoding: 'utf8'
    }).replaceAll(/.\x08/g, '')
    for (const part of [
      'tidings publish [CHANNEL]',
      '-r, --retain',
      '--will-qos=0|1|2',
      'tidings publish lamp/1/state --empty --retain'
    ])
      expect(text).toContain(part)
  })
})
