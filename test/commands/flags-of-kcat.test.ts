import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import ProfileAdd from '../../src/commands/profile/add.js'
import Publish from '../../src/commands/publish.js'
import Subscribe from '../../src/commands/subscribe.js'
import { outcomeOf } from '../support/run-command.js'

const folder = mkdtempSync(join(tmpdir(), 'tidings-kcat-'))
afterAll(() => rmSync(folder, { recursive: true }))
const env = { TIDINGS_CONFIG_DIR: folder }

test.each([
  ['the line', ['-b', 'kafka://h'], env, ' --broker kafka://h'],
  ['the environment', [], { ...env, TIDINGS_BROKER: 'kafka://h' }, '']
])('the broker by %s says whose flags are typed', async (_, argv, given, broker) => {
  const { exitCode, stderr } = await outcomeOf(Subscribe, ['-C', '-t', 'orders', '-c', '5', ...argv], {
    env: given
  })
  expect({ exitCode, stderr }).toEqual({
    exitCode: 2,
    stderr: expect.stringContaining(`\n  Try: tidings subscribe orders --count 5${broker}\n`)
  })
})

test('the broker of a profile says whose flags are typed', async () => {
  expect(await outcomeOf(ProfileAdd, ['work', 'kafka://h'], { env })).toMatchObject({ exitCode: 0 })
  const named = await outcomeOf(Publish, ['orders', '-P', '--profile', 'work'], { env })
  expect(named).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('Try: tidings publish orders --profile work\n')
  })
  const unknown = await outcomeOf(Subscribe, ['orders', '-C', '1', '--profile', 'nowhere'], { env })
  expect(unknown.stderr).toContain('Try: tidings subscribe orders --count 1 --profile nowhere')
})
