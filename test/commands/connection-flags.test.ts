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

describe('a password in a URL', () => {
  const WARNING = 'Warning: a password in a URL on the command line can be read by every user of this machine'
  const tell = async (argv: string[], env: Record<string, string> = {}, terminal = true) =>
    (await outcomeOf(Publish, ['a', 'b', '--protocol', '5', ...argv], { env, terminal })).stderr

  test.each([
    ['-b', 'mqtt://ada:s3cret@127.0.0.1:1'],
    ['-b', 'ada:s3cret@127.0.0.1:1'],
    ['-b', 'mqtt://127.0.0.1:1', '-b', 'mqtt://ada:s3cret@127.0.0.1:1'],
    ['-b', 'mqtt://127.0.0.1:1,mqtt://ada:s3cret@127.0.0.1:1'],
    ['-b', 'mqtt://127.0.0.1:1', '--proxy', 'socks5://ada:s3cret@127.0.0.1:1']
  ])('on the command line is warned of on a terminal, and not shown: %j %j', async (...argv) => {
    const stderr = await tell(argv)
    expect(stderr).toContain(WARNING)
    expect(stderr).not.toContain('s3cret')
  })

  test.each([
    [['-b', 'mqtt://ada@127.0.0.1:1'], {}, true],
    [['-b', 'mqtt://tok:@127.0.0.1:1'], {}, true],
    [['-b', 'ws://127.0.0.1:1/a@b'], {}, true],
    [[], { TIDINGS_BROKER: 'mqtt://ada:s3cret@127.0.0.1:1' }, true],
    [['-b', 'mqtt://127.0.0.1:1'], { TIDINGS_PROXY: 'socks5://ada:s3cret@127.0.0.1:1' }, true],
    [['-b', 'mqtt://ada:s3cret@127.0.0.1:1'], {}, false]
  ])('%j with %j, terminal: %s, is not warned of', async (argv, env, terminal) => {
    expect(await tell(argv, env, terminal)).not.toContain('Warning')
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
