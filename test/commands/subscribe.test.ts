import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import Publish from '../../src/commands/publish.js'
import Subscribe from '../../src/commands/subscribe.js'
import { startEmbeddedBroker, type TestBroker } from '../support/embedded-broker.js'
import { lastingSubscribe } from '../support/lasting-subscribe.js'
import { MemoryIo } from '../support/memory-io.js'
import { outcomeOf, runCommand } from '../support/run-command.js'
import { accept } from '../support/scripted-broker.js'
import { useScriptedBrokers } from '../support/use-scripted-brokers.js'

const { brokers, scripted } = useScriptedBrokers()
let broker: TestBroker
const folder = mkdtempSync(join(tmpdir(), 'tidings-subscribe-'))

beforeAll(async () => {
  broker = await startEmbeddedBroker()
  await publish('kept/one', '{"n":1}', '--retain', '-H', 'source=web')
  await publish('kept/two', 'two\0', '--retain')
})

afterAll(async () => {
  await broker.stop()
  rmSync(folder, { recursive: true })
})

const publish = (...argv: string[]) => outcomeOf(Publish, [...argv, '-b', broker.url])
const subscribe = (...argv: string[]) => outcomeOf(Subscribe, [...argv, '-b', broker.url, '--idle', '5s'])

/** The URL of a broker that refuses groups. */
const withoutGroups = () =>
  scripted(async (peer) => {
    await peer.next('connect')
    peer.connack()
    const { messageId = 0 } = await peer.next('subscribe')
    peer.send({ cmd: 'suback', messageId, granted: [0x9e] })
  })

describe('what is written', () => {
  it('is a line for people, with what is unusual in parentheses', async () => {
    const { stdout } = await subscribe('kept/one', '--count', '1')
    expect(stdout).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} {2}kept\/one {2}\{"n":1\} {2}\(retained · source: web\)\n$/
    )
  })

  it('is a header line and the payload with --pretty', async () => {
    const { stdout } = await subscribe('kept/one', '--count', '1', '--pretty')
    expect(stdout).toMatch(/^\d\d:\d\d:\d\d\.\d{3} {2}kept\/one {2}retained\n {2}source: web\n/)
    expect(stdout).toContain('{"n": 1}')
  })

  it('is the payload and a newline for --raw, or only the payload', async () => {
    expect((await subscribe('kept/two', '--count', '1', '--raw')).stdout).toBe('two\0\n')
    expect((await subscribe('kept/two', '--count', '1', '--raw', '--no-newline')).stdout).toBe('two\0')
  })

  it('is a line of fields for --format, empty where a fact is not known', async () => {
    const format = ['--format', '{channel} {qos} {retain} {headers.source} {payload.n}']
    expect((await subscribe('kept/one', '--count', '1', ...format)).stdout).toBe('kept/one  true web 1\n')
  })

  it('goes to a file that nobody else can read for --output', async () => {
    const file = join(folder, 'out')
    expect(await subscribe('kept/two', '--count', '1', '--raw', '--output', file)).toMatchObject({
      stdout: '',
      exitCode: 0
    })
    expect(readFileSync(file, 'latin1')).toBe('two\0\n')
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })
})

describe('a pattern with a * in it', () => {
  it('is warned of, as the * is no wildcard, and subscribed to', async () => {
    const argv = ['kept/*', '--exclude', 'x/*', '-b', broker.url, '--idle', '10ms']
    const { exitCode, stderr } = await outcomeOf(Subscribe, argv)
    expect(exitCode).toBe(7)
    expect(stderr).toContain('Warning: the pattern "kept/*" matches a channel with a "*" in its name;')
    expect(stderr).toContain('Warning: the pattern "x/*"')
    // A broker that denies reading may have granted the subscription all the same.
    expect(stderr).toContain('a broker may grant the subscription and still deny reading')
  })

  it('is none of those that + and # make', async () => {
    const { stderr } = await subscribe('kept/+', '--count', '1')
    expect(stderr).not.toContain('Warning')
  })
})

describe('stderr with --json', () => {
  const errorIn = (stderr: string) => JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '')

  it('ends with the error as one line of JSON, behind the notices', async () => {
    const argv = ['kept/*', '--json', '-b', broker.url, '--idle', '10ms']
    const { exitCode, stderr } = await outcomeOf(Subscribe, argv)
    const [warning, subscribed, ...others] = stderr.trimEnd().split('\n')
    expect(warning).toMatch(/^Warning: the pattern/)
    expect(subscribed).toMatch(/^Subscribed to /)
    expect(others).toHaveLength(1)
    expect(errorIn(stderr)).toMatchObject({ error: { code: 'nothing-received', exitCode } })
  })

  it.each([
    ['a flag that there is not', ['a', '--unheard', '--json']],
    ['a bad value', ['a', '--timeout', 'soon', '--json']],
    ['a bad pattern', ['a/#/b', '-j']],
    ['a broker that is not there', ['a', '--json', '-b', 'mqtt+unix:///none']],
    ['an interruption', ['a', '--json', '--count', '1']]
  ])('does so after %s', async (_, argv) => {
    const world = new MemoryIo()
    const isWaiting = argv.includes('--count')
    const ended = runCommand(Subscribe, isWaiting ? [...argv, '-b', broker.url] : argv, world)
    if (isWaiting) {
      await world.stderr.contains('Subscribed')
      world.interrupt()
    }
    await ended
    expect(errorIn(world.stderr.text)).toMatchObject({ error: { exitCode: world.exitCode } })
  })
})

describe('a file that --output names and that holds something', () => {
  it('is emptied, once, when the broker has granted the subscription', async () => {
    const file = join(folder, 'granted')
    writeFileSync(file, 'yesterday\n')
    await subscribe('kept/#', '--count', '2', '--raw', '--output', file)
    expect(readFileSync(file, 'latin1').split('\n').sort()).toEqual(['', 'two\0', '{"n":1}'])
    await subscribe('kept/one', '--count', '0', '--raw', '--output', file)
    expect(readFileSync(file, 'latin1')).toBe('')
  })

  it.each([
    ['there is no broker', 3, async () => ['-b', 'mqtt://127.0.0.1:1']],
    ['the broker refuses', 4, async () => ['-b', await withoutGroups(), '--group', 'workers']]
  ])('stays as it is where %s', async (_where, exitCode, flags) => {
    const file = join(folder, 'kept')
    writeFileSync(file, 'yesterday\n')
    const outcome = await outcomeOf(Subscribe, ['a', '--output', file, ...(await flags())])
    expect(outcome.exitCode).toBe(exitCode)
    expect(readFileSync(file, 'latin1')).toBe('yesterday\n')
  })
})

describe('a file that is cut while it is written to, as logrotate does', () => {
  it('goes on at its new end', async () => {
    const file = join(folder, 'cut')
    const world = new MemoryIo()
    const argv = ['cut', '--count', '2', '--raw', '--output', file, '-b', broker.url]
    const subscribing = runCommand(Subscribe, argv, world)
    await world.stderr.contains('Subscribed to')
    await publish('cut', 'one')
    while (readFileSync(file, 'latin1') === '') await new Promise((resolve) => setImmediate(resolve))
    writeFileSync(file, '')
    await publish('cut', 'two')
    await subscribing
    expect(readFileSync(file, 'latin1')).toBe('two\n')
  })
})

describe('--output -', () => {
  it('is stdout', async () => {
    const { stdout, exitCode } = await subscribe('kept/one', '--count', '1', '--raw', '--output', '-')
    expect({ stdout, exitCode }).toEqual({ stdout: '{"n":1}\n', exitCode: 0 })
  })
})

/** Subscribes as `argv` says, publishes a message to `channel` once that is granted, and waits for the end. */
async function subscribedDuring(channel: string, ...argv: string[]) {
  const world = new MemoryIo()
  const subscribing = runCommand(Subscribe, [channel, ...argv, '-b', broker.url], world)
  await world.stderr.contains('Subscribed to')
  await publish(channel, 'late')
  await subscribing
  return { exitCode: world.exitCode, stdout: world.stdout.text }
}

describe('--timeout', () => {
  it('holds while it still waits for a broker: 3, as there was no connection', async () => {
    const argv = ['a', '-b', 'mqtt://127.0.0.1:1', '--timeout', '50ms', '--wait', '5m']
    const { exitCode, stderr } = await outcomeOf(Subscribe, argv)
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('cannot connect: the time ran out before there was a connection')
    })
  })

  it('holds while a broker does not answer: 3, too', async () => {
    const url = await scripted(async (peer) => void (await peer.next('connect')))
    const argv = ['a', '-b', url, '--timeout', '50ms', '--json']
    const { exitCode, stderr } = await outcomeOf(Subscribe, argv)
    expect(exitCode).toBe(3)
    expect(JSON.parse(stderr).error).toMatchObject({ exitCode: 3, code: 'connect-timeout', received: 0 })
  })

  it('of 0 is no limit, and so is --idle of 0', async () => {
    expect(await subscribedDuring('unlimited', '--timeout', '0', '--count', '1', '--raw')).toEqual({
      exitCode: 0,
      stdout: 'late\n'
    })
    expect(await subscribedDuring('unlimited', '--idle', '0', '--count', '1', '--raw')).toEqual({
      exitCode: 0,
      stdout: 'late\n'
    })
  })
})

describe('--count 0', () => {
  it('ends with 0 once the broker has granted the subscription, and prints nothing, not even what was retained', async () => {
    const { exitCode, stdout, stderr } = await subscribe('kept/#', '--count', '0')
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' })
    expect(stderr).toContain('Subscribed to kept/#')
  })

  it('makes the subscription of a session, for which messages are kept from then on', async () => {
    const session = ['made', '--session', 'maker', '--raw']
    expect(await subscribe(...session, '--count', '0')).toMatchObject({ exitCode: 0, stdout: '' })
    await publish('made', '1')
    expect((await subscribe(...session, '--count', '1')).stdout).toBe('1\n')
  })

  it('acknowledges nothing of what a session had queued: it comes to who takes it', async () => {
    const session = ['queued', '--session', 'looker', '--raw']
    await subscribe(...session, '--count', '0')
    for (const n of ['1', '2']) await publish('queued', n)
    expect(await subscribe(...session, '--count', '0')).toMatchObject({ exitCode: 0, stdout: '' })
    expect((await subscribe(...session, '--count', '2')).stdout).toBe('1\n2\n')
  })

  it('sends a broker no acknowledgement of what comes with the grant', async () => {
    const url = await scripted(async (peer) => {
      await accept(peer)
      const { messageId = 0 } = await lastingSubscribe(peer)
      peer.send({ cmd: 'publish', topic: 'a', payload: 'x', qos: 1, messageId: 7, dup: false, retain: true })
      peer.send({ cmd: 'suback', messageId, granted: [1] })
    })
    const { exitCode, stdout } = await outcomeOf(Subscribe, ['a', '--count', '0', '-b', url])
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' })
    const [peer] = brokers[0]?.peers ?? []
    await peer?.closed
    expect(peer?.received.map(({ cmd }) => cmd)).toEqual(['connect', 'subscribe', 'subscribe', 'disconnect'])
  })

  it('is 4 where the broker does not grant it', async () => {
    const url = await scripted(async (peer) => {
      await accept(peer)
      const { messageId = 0 } = await lastingSubscribe(peer)
      peer.send({ cmd: 'suback', messageId, granted: [0x87] })
    })
    expect(await outcomeOf(Subscribe, ['a', '--count', '0', '-b', url])).toMatchObject({ exitCode: 4 })
  })
})

describe('what is taken', () => {
  it('is a message once where its channel is named twice', async () => {
    const { stdout, exitCode } = await subscribe('kept/one', 'kept/one', '--timeout', '1s', '--raw')
    expect({ stdout, exitCode }).toEqual({ stdout: '{"n":1}\n', exitCode: 0 })
  })

  it('leaves out excluded channels', async () => {
    const { stdout } = await subscribe(
      'kept/#',
      '--exclude',
      'other/+',
      '--exclude',
      'kept/two',
      '--raw',
      '--count',
      '1'
    )
    expect(stdout).toBe('{"n":1}\n')
  })

  it('keeps the retain flag of a live message with --json, as it was published', async () => {
    const world = new MemoryIo()
    const subscribing = runCommand(Subscribe, ['flag/#', '--count', '2', '--json', '-b', broker.url], world)
    await world.stderr.contains('Subscribed to')
    await publish('flag/1', 'x', '--retain')
    await publish('flag/2', 'x')
    await subscribing
    const lines = world.stdout.text.trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line).mqtt.retain)).toEqual([true, false])
  })

  it('is nothing for --retained only where nothing is retained, and that is said', async () => {
    const { exitCode, stderr } = await outcomeOf(Subscribe, [
      'none/#',
      '-b',
      broker.url,
      '--retained',
      'only'
    ])
    expect(exitCode).toBe(7)
    expect(stderr).toContain('Error: received nothing: no message is retained there\n')
    expect(stderr).toContain('leave out --retained only')
    expect(stderr).toContain('what was published before is there only if it was published with --retain')
  })

  it('is what the broker keeps for --retained only, which ends by itself', async () => {
    const only = ['--retained', 'only', '--raw', '-b', broker.url]
    const all = await outcomeOf(Subscribe, ['kept/#', ...only])
    expect(all).toMatchObject({ exitCode: 0 })
    expect(all.stdout.split('\n').sort()).toEqual(['', 'two\0', '{"n":1}'])
    expect(await outcomeOf(Subscribe, ['nothing/kept', ...only])).toMatchObject({ exitCode: 7 })
    expect(await outcomeOf(Subscribe, ['kept/#', '--count', '3', ...only])).toMatchObject({ exitCode: 8 })
  })

  it('is only live messages for --retained skip', async () => {
    const { exitCode, stdout } = await outcomeOf(Subscribe, [
      'kept/#',
      '--retained',
      'skip',
      '--idle',
      '50ms',
      '-b',
      broker.url
    ])
    expect({ exitCode, stdout }).toEqual({ exitCode: 7, stdout: '' })
  })

  it('loses nothing between two runs of one session, not even what came after --count', async () => {
    const session = ['queue', '--session', 'nightly', '--raw']
    await outcomeOf(Subscribe, [...session, '--idle', '10ms', '-b', broker.url])
    for (const n of ['1', '2', '3']) await publish('queue', n)
    expect((await subscribe(...session, '--count', '1')).stdout).toBe('1\n')
    const { stdout } = await subscribe(...session, '--count', '2')
    expect(stdout).toBe('2\n3\n')
  })
})

describe('what is refused before a socket opens', () => {
  it.each([
    ['two forms of output', ['a', '--raw', '--format', '{payload}']],
    ['no newline where there is none to leave out', ['a', '--no-newline']],
    ['a group that is no name', ['a', '--group', 'x/y']],
    ['a session without a name', ['a', '--session', '']],
    ['no channel', []],
    ['an unknown field', ['a', '--format', '{nope}']]
  ])('%s', async (_, argv) => {
    const { exitCode, stderr } = await subscribe(...argv)
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 2 })
    expect(stderr).toMatch(/^Error: .*\n(?: {2}.*\n)* {2}Try: .*\n$/)
  })
})

describe('what the broker refuses', () => {
  it('is exit 4: a broker without groups says so', async () => {
    const argv = ['jobs', '--group', 'workers', '-b', await withoutGroups()]
    const { exitCode, stderr } = await outcomeOf(Subscribe, argv)
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('shared') })
    expect(stderr).toContain('name a broker that supports groups, such as mosquitto')
  })
})
