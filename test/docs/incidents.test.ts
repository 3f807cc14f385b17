import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { watchFlags } from '../../src/cli/flags/watch.js'
import type { IncidentKind } from '../../src/core/watching/incident.js'

const pageOf = (name: string) => readFileSync(join(import.meta.dirname, '../../docs', name), 'utf8')
const page = pageOf('incidents.md')

const KINDS: Record<IncidentKind, true> = {
  silence: true,
  gap: true,
  repeat: true,
  'out-of-order': true,
  restart: true,
  unnumbered: true,
  undated: true,
  late: true,
  'low-rate': true,
  'high-rate': true,
  contract: true,
  outage: true
}

const firstCells = (section: string) =>
  Array.from(section.matchAll(/^\| (`[^|]+) \|/gm), ([, cell = '']) =>
    Array.from(cell.matchAll(/`([^`]+)`/g), ([, code = '']) => code)
  ).flat()

it('the page has each kind of incident once where it begins and ends, and once with its facts in JSON', () => {
  const [, kinds = ''] = /## Kinds\n(.*?)\n\*\*/s.exec(page) ?? []
  const [, facts = ''] = /\| `kind` \| facts \|\n(.*)/s.exec(page) ?? []
  expect(firstCells(kinds).sort()).toEqual(Object.keys(KINDS).sort())
  expect(firstCells(facts).sort()).toEqual(Object.keys(KINDS).sort())
})

it('the page names each flag that says what an incident is', () => {
  const others = ['for', 'stop-at-first', 'recording']
  for (const [name, flag] of Object.entries(watchFlags))
    if (!('helpGroup' in flag) && !others.includes(name)) expect(page).toContain(`--${name}`)
  expect(page).toContain('--contract')
})

it('the workflow of the recipe runs what the recipe makes', () => {
  const recipes = pageOf('recipes.md')
  const [, workflow = ''] = /```yaml\n(.*?)```/s.exec(recipes) ?? []
  const { on, jobs } = parse(workflow)
  expect(on).toBe('pull_request')
  const { steps } = jobs.contract
  const runs = steps.flatMap(({ run }: { run?: string }) => (run === undefined ? [] : [run]))
  expect(runs).toEqual([
    'npm install --global ./tidings-*.tgz',
    'sh contract-test.sh',
    expect.stringMatching(/^gh pr comment .* --body-file comment\.md$/)
  ])
  expect(recipes).toContain('cat > contract-test.sh')
  expect(recipes).toContain('> comment.md')
})
