import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import Broker from '../../../src/commands/broker/index.js'
import BrokerStatus from '../../../src/commands/broker/status.js'
import BrokerStop from '../../../src/commands/broker/stop.js'
import { localPlace } from '../../../src/transport/embedded/local-place.js'
import { MemoryIo } from '../../support/memory-io.js'
import { startOlderBroker } from '../../support/older-broker.js'
import { RawClient } from '../../support/raw-client.js'
import { outcomeOf, runCommand } from '../../support/run-command.js'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tidings-broker-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const env = () => ({ TIDINGS_HOME: home })

async function whileServing(argv: string[], step: (port: number) => Promise<void>): Promise<MemoryIo> {
  const world = new MemoryIo({ env: env() })
  const ended = runCommand(Broker, argv, world)
  await Promise.race([world.stderr.contains('name no broker'), ended])
  await step(Number(/:(\d+)\n/.exec(world.stderr.text)?.[1]))
  await outcomeOf(BrokerStop, [], { env: env() })
  await ended
  return world
}

describe('tidings broker', () => {
  test('says where it listens, on stderr, and ends with 0 when it is stopped', async () => {
    const world = await whileServing(['--listen', '127.0.0.1:0'], async (port) => {
      await (await RawClient.connect({ port, host: '127.0.0.1' })).publish('a')
    })
    expect(world.stdout.text).toBe('')
    expect(world.stderr.text).toMatch(
      /^Listening on mqtt:\/\/127\.0\.0\.1:\d+\nListening for commands that name no broker on .*\/broker\.sock\nStopped\n$/
    )
    expect(world.exitCode).toBe(0)
  })

  test.each([
    [['--listen', 'a:b'], 'cannot listen on "a:b": it is not HOST:PORT'],
    [['--ws', ''], 'cannot listen on "": it is not HOST:PORT'],
    [['--listen', '70000'], 'cannot listen on "70000": it is not HOST:PORT'],
    [['--listen', '127.0.0.1:70000'], 'cannot listen on "127.0.0.1:70000": it is not HOST:PORT'],
    [
      ['--listen', '0.0.0.0:0'],
      'cannot listen on "0.0.0.0": other computers could connect without credentials'
    ],
    [['--tls-cert', 'cert.pem'], '--tls-key']
  ])('%j is a usage error', async (argv, why) => {
    const { exitCode, stderr } = await outcomeOf(Broker, argv, { env: env() })
    expect(exitCode).toBe(2)
    expect(stderr).toContain(why)
  })

  test('a password file in plain text is bad input, and its passwords are not shown', async () => {
    const file = join(home, 'passwords')
    writeFileSync(file, 'ada:secret\n')
    const { exitCode, stderr } = await outcomeOf(Broker, ['--password-file', file], { env: env() })
    expect(exitCode).toBe(6)
    expect(stderr).toContain('line 1: its password is not hashed')
    expect(stderr).not.toContain('secret')
  })

  test('can be stopped while it waits for another broker to give the place up', async () => {
    const older = await startOlderBroker(localPlace(env()), { answers: false })
    const world = new MemoryIo({ env: env() })
    const ended = runCommand(Broker, ['--listen', '127.0.0.1:0'], world)
    world.interrupt('SIGINT')
    await ended
    await older.stop()
    expect({ exitCode: world.exitCode, said: world.stderr.text }).toEqual({ exitCode: 0, said: 'Stopped\n' })
  })

  test('warns where anyone may connect', async () => {
    const world = await whileServing(
      ['--listen', '0.0.0.0:0', '--allow-anonymous', '--memory'],
      async () => undefined
    )
    expect(world.stderr.text).toContain('Warning: anyone who reaches this broker may publish and subscribe')
  })
})

describe('tidings broker status', () => {
  test('tells what runs, for people and as JSON', async () => {
    await whileServing(['--listen', '127.0.0.1:0'], async (port) => {
      const client = await RawClient.connect({ port, host: '127.0.0.1' })
      await client.publish('kept', 'x', { retain: true })
      const shown = await outcomeOf(BrokerStatus, [], { env: env() })
      expect(shown).toMatchObject({ exitCode: 0, stderr: '' })
      expect(shown.stdout).toContain(`Listening on: mqtt://127.0.0.1:${port}, `)
      expect(shown.stdout).toContain('Retained:     1 message\n')
      const json = JSON.parse((await outcomeOf(BrokerStatus, ['--json'], { env: env() })).stdout)
      expect(json).toMatchObject({
        running: true,
        mode: 'foreground',
        clients: 1,
        published: 1,
        retained: 1,
        queued: 0
      })
    })
  })

  test('says which broker it is, and where commands go that name none', async () => {
    writeFileSync(
      join(home, 'profiles.toml'),
      'use = "prod"\n[profiles.prod]\nbroker = "mqtts://ann:s3cret@b.example"\n[profiles.own]\nbroker = "local"\n',
      { mode: 0o600 }
    )
    const inUse = { ...env(), TIDINGS_CONFIG_DIR: home }
    const where = 'the profile "prod" names mqtts://ann:***@b.example; "tidings broker check" asks that one'
    await whileServing(['--listen', '127.0.0.1:0'], async () => {
      const { stdout, stderr } = await outcomeOf(BrokerStatus, [], { env: inUse })
      expect(stdout).toMatch(`Broker:       the embedded one, in ${home}`)
      expect(stderr).toBe(`Commands use another broker: ${where}\n`)
      const json = await outcomeOf(BrokerStatus, ['--json', '--quiet'], { env: inUse })
      expect([JSON.parse(json.stdout).running, json.stderr]).toEqual([true, ''])
      const variable = { ...inUse, TIDINGS_BROKER: 'mqtt://c' }
      expect((await outcomeOf(BrokerStatus, [], { env: variable })).stderr).toContain(
        'TIDINGS_BROKER names mqtt://c;'
      )
      const own = { ...inUse, TIDINGS_PROFILE: 'own' }
      expect((await outcomeOf(BrokerStatus, [], { env: own })).stderr).toBe('')
    })
    const { stderr, exitCode } = await outcomeOf(BrokerStatus, [], { env: inUse })
    expect([exitCode, stderr]).toEqual([3, expect.stringContaining(`\n  Try: ${where}\n`)])
    writeFileSync(join(home, 'profiles.toml'), 'use =', { mode: 0o600 })
    expect((await outcomeOf(BrokerStatus, [], { env: inUse })).stderr).toContain('Try: tidings broker starts')
  })

  test('ends with 3 where none runs, as JSON with --json', async () => {
    const { exitCode, stdout, stderr } = await outcomeOf(BrokerStatus, ['--json'], { env: env() })
    expect(exitCode).toBe(3)
    expect(stdout).toBe('')
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'no-local-broker', exitCode: 3 } })
  })
})

test('tidings broker stop is content where none runs', async () => {
  expect(await outcomeOf(BrokerStop, [], { env: env() })).toEqual({
    exitCode: 0,
    stdout: '',
    stderr: 'No local broker runs\n'
  })
})
