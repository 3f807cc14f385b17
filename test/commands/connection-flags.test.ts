import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import Publish from '../../src/commands/publish.js'
import { outcomeOf } from '../support/run-command.js'

const folder = mkdtempSync(join(tmpdir(), 'tidings-connection-flags-'))
afterAll(() => rmSync(folder, { recursive: true }))

const publish = (argv: string[], env: Record<string, string> = {}) =>
  outcomeOf(Publish, ['a', 'b', '-b', 'mqtt://127.0.0.1:1', ...argv], { env })

describe('a password', () => {
  const file = join(folder, 'password')
  writeFileSync(file, 'secret\n')

  test('from two flags is a usage error', async () => {
    const { exitCode, stderr } = await publish(['--password', 'x', '--password-file', file])
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('cannot use both "--password" and "--password-file"')
    })
  })

  test.each(['', '\nsecret\n'])('file that begins with an empty line (%j) is bad input', async (contents) => {
    const empty = join(folder, 'empty')
    writeFileSync(empty, contents)
    const { exitCode, stderr } = await publish(['--password-file', empty])
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 6,
      stderr: expect.stringContaining(`cannot use the password in "${empty}": its first line is empty`)
    })
    expect(stderr).not.toContain('secret')
  })
})

describe.each(['TIDINGS_INSECURE', 'TIDINGS_WILL_RETAIN'])('%s', (name) => {
  test('is true or false', async () => {
    const { exitCode, stderr } = await publish([], { [name]: 'banana' })
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(`cannot use ${name}="banana": it is neither true nor false`)
    })
  })

  test.each(['', '0', 'false', 'no', 'NO'])('may be %j', async (text) => {
    expect(await publish([], { [name]: text })).toMatchObject({ exitCode: 3 })
  })
})
