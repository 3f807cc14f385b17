import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startEmbeddedBroker } from '../support/embedded-broker.js'
import { NUMBERED, numbersIn, startNumberingBroker } from '../support/numbering-broker.js'
import { makeHome, RunningProgram, runProgram } from '../support/program.js'
import { isSmallDiskMissing, makeSmallDisk } from '../support/small-disk.js'

const home = makeHome()
afterAll(() => home.remove())

/** Runs a program that may make no file longer than this: the write in the middle of which it is reached is cut short, as on a full disk. */
const LONGEST = 64 * 1024
const limited = ['sh', '-c', `ulimit -f ${LONGEST / 512}; exec "$@"`, 'sh']

const REASON = 'the file would become too large'

describe.skipIf(process.platform !== 'linux')('a disk that gets full', () => {
  let numbering: Awaited<ReturnType<typeof startNumberingBroker>>
  beforeEach(async () => {
    numbering = await startNumberingBroker()
  })
  afterEach(() => numbering.broker.close())

  it.each([
    ['recording.jsonl', 'record'],
    ['recording.jsonl.gz', 'record'],
    ['envelopes.jsonl', 'subscribe']
  ])('in the middle of %s: what was acknowledged is on it, and it can be read', async (name, command) => {
    const path = join(home.path, name)
    const json = command === 'subscribe' ? ['--json'] : []
    const { exitCode, stderr } = await runProgram(
      [command, NUMBERED, '--output', path, ...json, '-b', numbering.broker.url],
      { env: home.env, through: limited }
    )
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 9, stderr: expect.stringContaining(REASON) })
    const { numbers, broken } = await numbersIn(path)
    expect([...numbering.acknowledged].filter((number) => !numbers.has(number))).toEqual([])
    expect({ some: numbers.size > 20, broken }).toEqual({ some: true, broken: 0 })
  })

  it.each(['again.jsonl', 'again.jsonl.gz'])('%s goes on once there is room', async (name) => {
    const path = join(home.path, name)
    const args = ['record', NUMBERED, '--output', path, '--append', '-b', numbering.broker.url]
    await runProgram(args, { env: home.env, through: limited })
    const { exitCode } = await runProgram([...args, '--count', '10'], { env: home.env })
    expect(exitCode).toBe(0)
    const { numbers, broken } = await numbersIn(path)
    expect([...numbering.acknowledged].filter((number) => !numbers.has(number))).toEqual([])
    expect(broken).toBe(0)
    expect(await runProgram(['record', '--verify', path], { env: home.env })).toMatchObject({ exitCode: 0 })
  })
})

describe.skipIf(isSmallDiskMissing)('a disk that is full', () => {
  it.each([
    ['r.jsonl', []],
    ['r.jsonl.gz', []],
    ['r.jsonl', ['--force']],
    ['r.jsonl', ['--append']],
    ['r.jsonl', ['--no-sync']]
  ])('keeps no empty %s of record %j', async (name, flags) => {
    const broker = await startEmbeddedBroker()
    const disk = await makeSmallDisk(64 * 1024)
    try {
      disk.fill(64 * 1024)
      const { exitCode, stderr } = await runProgram(
        ['record', '#', '--output', join(disk.path, name), '--timeout', '5s', '-b', broker.url, ...flags],
        { env: home.env, through: [...disk.through] }
      )
      expect({ exitCode, stderr }).toMatchObject({
        exitCode: 9,
        stderr: expect.stringContaining('no space left')
      })
      expect(readdirSync(disk.inside)).toEqual(['filler'])
    } finally {
      await disk.remove()
      await broker.stop()
    }
  })
})

describe.skipIf(process.platform !== 'linux')('a full disk as stdout', () => {
  const full = ['sh', '-c', 'exec "$@" >/dev/full', 'sh']

  it.each([[['--help']], [['--version']], [['publish', '--help']], [['broker', '--help']]])(
    'ends %j with 9',
    async (args) => {
      expect(await runProgram(args, { env: home.env, through: full })).toEqual({
        exitCode: 9,
        stdout: '',
        stderr:
          'Error: cannot write to stdout: no space left on the device\n  Try: free some space, or write somewhere else\n'
      })
    }
  )
})

describe.skipIf(process.platform !== 'linux')('an outbox on a disk that gets full', () => {
  const lines = Array.from({ length: 5000 }, (_, number) => `line ${number} ${'x'.repeat(number % 50)}`)

  it('says how many messages are safe, and those and no others are sent later', async () => {
    const box = join(home.path, 'box')
    const publish = new RunningProgram(
      ['publish', 'a', '--lines', '--outbox', box, '-b', 'mqtt://127.0.0.1:1'],
      home.env,
      undefined,
      limited
    )
    for (const line of lines) publish.child.stdin.write(`${line}\n`)
    publish.child.stdin.end()
    const { exitCode, stderr } = await publish.exited
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 9, stderr: expect.stringContaining(REASON) })
    const stored = Number(/(\d[\d,]*) messages? safe in/.exec(stderr)?.[1]?.replaceAll(',', ''))
    expect(stored).toBeGreaterThan(0)
    const { stdout } = await runProgram(['outbox', 'list', box, '--json'], { env: home.env })
    const kept = stdout.trimEnd().split('\n')
    expect(kept.map((line) => (JSON.parse(line) as { payload: string }).payload)).toEqual(
      lines.slice(0, stored)
    )
    const broker = await startEmbeddedBroker()
    const sent = await runProgram(['outbox', 'send', box, '-b', broker.url], {
      env: home.env,
      through: limited
    })
    expect(sent).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining(`Sent ${stored.toLocaleString('en')}`)
    })
    await broker.stop()
  })
})

describe.skipIf(process.platform !== 'linux')('a device that is full from the start', () => {
  it.each([
    ['record', ['record', NUMBERED, '--output', '/dev/full', '--force']],
    ['subscribe --output', ['subscribe', NUMBERED, '--output', '/dev/full']]
  ])('%s ends with 9 and the reason, and acknowledges nothing', async (_what, args) => {
    const { broker, acknowledged } = await startNumberingBroker()
    const { exitCode, stderr } = await runProgram([...args, '-b', broker.url], { env: home.env })
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 9,
      stderr: expect.stringContaining('cannot write to "/dev/full": no space left on the device')
    })
    expect(acknowledged.size).toBe(0)
    await broker.close()
  })

  it('stdout ends with 9, too', async () => {
    const { broker, acknowledged } = await startNumberingBroker()
    const through = ['sh', '-c', 'exec "$@" > /dev/full', 'sh']
    const args = ['subscribe', NUMBERED, '--raw', '-b', broker.url]
    expect(await runProgram(args, { env: home.env, through })).toMatchObject({ exitCode: 9 })
    expect(acknowledged.size).toBe(0)
    await broker.close()
  })
})
