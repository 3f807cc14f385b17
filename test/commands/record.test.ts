import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import Publish from '../../src/commands/publish.js'
import Record from '../../src/commands/record.js'
import Replay from '../../src/commands/replay.js'
import { formatEnvelope } from '../../src/core/envelope/envelope.js'
import type { Message } from '../../src/core/message.js'
import { startEmbeddedBroker, type TestBroker } from '../support/embedded-broker.js'
import { jsonLines } from '../support/json-lines.js'
import { MemoryIo } from '../support/memory-io.js'
import { outcomeOf, runCommand } from '../support/run-command.js'

let broker: TestBroker
let folder = ''
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tidings-record-'))
  broker = await startEmbeddedBroker()
})
afterAll(async () => {
  await broker.stop()
  rmSync(folder, { recursive: true, force: true })
})

let files = 0
const newFile = (ending = '.jsonl') => join(folder, `${++files}${ending}`)

/** Records while `work` is done, which begins once the recorder listens. */
async function recordDuring(args: string[], work: () => Promise<void>): Promise<MemoryIo> {
  const world = new MemoryIo({ stdin: '' })
  const recording = runCommand(Record, [...args, '--broker', broker.url], world)
  await world.stderr.contains('Subscribed to')
  await work()
  await recording
  return world
}

const publish = (...args: string[]) => outcomeOf(Publish, [...args, '--broker', broker.url], { stdin: '' })

const entriesOf = (path: string) => jsonLines(readFileSync(path, 'utf8'))

describe('tidings record', () => {
  test('makes the subscription of a session with --count 0, and takes nothing of what that holds', async () => {
    const session = ['kept', '--session', 'recorder', '--broker', broker.url, '--output']
    const record = (path: string, count: string) =>
      outcomeOf(Record, [...session, path, '--count', count], { stdin: '' })
    const [none, later] = [newFile(), newFile()]
    expect(await record(none, '0')).toMatchObject({ exitCode: 0 })
    await publish('kept', 'while away')
    expect(await record(newFile(), '0')).toMatchObject({ exitCode: 0 })
    expect(await record(later, '1')).toMatchObject({ exitCode: 0 })
    expect(entriesOf(none)).toHaveLength(1)
    expect(entriesOf(later)[1]).toMatchObject({ payload: 'while away' })
  })

  test('writes a header and an entry per message, and says at the end how many came on each channel', async () => {
    const path = newFile()
    const world = await recordDuring(['r1/#', '--output', path, '--count', '3'], async () => {
      await publish('r1/a', '{"n": 1}', '--header', 'k=v', '--content-type', 'application/json')
      await publish('r1/b', 'text', '--qos', '0')
      await publish('r1/a', '2', '--retain')
    })
    expect(world.exitCode).toBe(0)
    const [header, ...entries] = entriesOf(path)
    expect(header.recording).toMatchObject({ version: 2, broker: broker.url, patterns: ['r1/#'] })
    expect(entries.map(({ offset, time, ...entry }) => entry)).toEqual([
      {
        channel: 'r1/a',
        payload: { n: 1 },
        encoding: 'json',
        contentType: 'application/json',
        headers: { k: 'v' },
        mqtt: { qos: 1, retain: false }
      },
      { channel: 'r1/b', payload: 'text', encoding: 'text', mqtt: { qos: 0, retain: false } },
      { channel: 'r1/a', payload: 2, encoding: 'json', mqtt: { qos: 1, retain: true } }
    ])
    const offsets = entries.map(({ offset }) => offset)
    expect(offsets).toEqual([...offsets].sort((a, b) => a - b))
    expect(world.stderr.text).toContain(`Recorded 3 messages to ${path}`)
    expect(world.stderr.text).toContain('  2  r1/a\n  1  r1/b\n')
    expect(world.stdout.text).toBe('')
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  test('--append continues what a crash has torn, and says what it dropped', async () => {
    const path = newFile()
    await recordDuring(['r2', '-o', path, '-n', '1'], async () => void (await publish('r2', '1')))
    writeFileSync(path, `${readFileSync(path, 'utf8')}{"offset":12,"chan`)
    const world = await recordDuring(
      ['r2', '-o', path, '--append', '-n', '1'],
      async () => void (await publish('r2', '2'))
    )
    expect(world.stderr.text).toContain('Warning: dropped a torn last line of 18 bytes')
    expect(entriesOf(path).map(({ payload }) => payload)).toEqual([undefined, 1, 2])
  })

  test('never overwrites a file unasked; with --force it does', async () => {
    const path = newFile()
    writeFileSync(path, 'precious\n')
    const refused = await outcomeOf(Record, ['r3', '-o', path, '--broker', 'mqtt://127.0.0.1:1'])
    expect(refused).toMatchObject({ exitCode: 2 })
    expect(refused.stderr).toContain(`cannot record to "${path}": the file exists`)
    expect(refused.stderr).toContain('--append')
    expect(readFileSync(path, 'utf8')).toBe('precious\n')
    await recordDuring(['r3', '-o', path, '--force', '-n', '1'], async () => void (await publish('r3', '1')))
    expect(entriesOf(path)).toHaveLength(2)
  })

  test.each<[string[], number]>([
    [['--timeout', '1s'], 7],
    [['--idle', '50ms'], 7],
    [['--timeout', '1s', '--count', '2'], 7]
  ])('%s ends with %d when nothing came, and leaves a recording without entries', async (flags, exitCode) => {
    const path = newFile()
    const world = await recordDuring(['r4', '-o', path, ...flags], async () => undefined)
    expect(world.exitCode).toBe(exitCode)
    expect(entriesOf(path)).toHaveLength(1)
  })

  test('ends once the file is as large as was asked', async () => {
    const path = newFile()
    const world = await recordDuring(['r5', '-o', path, '--size', '600'], async () => {
      for (let n = 0; n < 20; n++) await publish('r5', String(n))
    })
    expect(world.exitCode).toBe(0)
    expect(statSync(path).size).toBeGreaterThanOrEqual(600)
    expect(entriesOf(path).length).toBeLessThan(20)
  })

  test('stops at a signal with everything that came before it', async () => {
    const path = newFile()
    const world = new MemoryIo({ stdin: '' })
    const recording = runCommand(Record, ['r6', '-o', path, '--broker', broker.url], world)
    await world.stderr.contains('Subscribed to')
    await publish('r6', '1')
    world.interrupt('SIGTERM')
    await recording
    expect(world.exitCode).toBe(0)
    expect(entriesOf(path)).toHaveLength(2)
  })

  test('leaves channels out', async () => {
    const path = newFile()
    await recordDuring(['r7/#', '-o', path, '--exclude', 'r7/noise', '-n', '1'], async () => {
      await publish('r7/noise', '0')
      await publish('r7/signal', '1')
    })
    expect(entriesOf(path).map(({ channel }) => channel)).toEqual([undefined, 'r7/signal'])
  })

  test.each<[string[], string]>([
    [[], 'no channel was named'],
    [['a'], 'no file was named'],
    [['a', '-o', '-'], 'a recording is a file'],
    [['a/#/b', '-o', 'x'], '"#" is not a whole last level'],
    [['a', '-o', 'x', '--rotate', '0s'], 'cannot rotate at "0s"'],
    [['a', '-o', 'x', '--count', '-1'], '"--count"']
  ])('%s is a usage error: %s', async (args, why) => {
    const { exitCode, stderr } = await outcomeOf(Record, args)
    expect(exitCode).toBe(2)
    expect(stderr).toContain(why)
  })

  test('goes on waiting for a broker no longer than --timeout: 3 without a connection, and makes no file', async () => {
    const path = newFile()
    const argv = ['a', '-o', path, '-b', 'mqtt://127.0.0.1:1', '--timeout', '50ms', '--wait', '5m']
    expect(await outcomeOf(Record, argv)).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('cannot connect: the time ran out before there was a connection')
    })
    expect(existsSync(path)).toBe(false)
  })

  test('--timeout 0 is no limit', async () => {
    const path = newFile()
    const args = ['unlimited', '-o', path, '--timeout', '0', '--count', '1']
    const world = await recordDuring(args, async () => void (await publish('unlimited', '1')))
    expect(world.exitCode).toBe(0)
    expect(entriesOf(path)).toHaveLength(2)
  })

  test.skipIf(process.platform === 'win32')('writes to a device, in which nothing can be lost', async () => {
    const world = await recordDuring(['device', '-o', '/dev/null', '-n', '1'], async () => {
      await publish('device', 'x')
    })
    expect(world.exitCode).toBe(0)
  })

  test('cannot write to a full disk, and ends with 9', async () => {
    const { exitCode, stderr } = await outcomeOf(Record, ['r8', '-o', '/dev/full', '--broker', broker.url])
    expect(exitCode).toBe(9)
    expect(stderr).toContain('no space left')
  })
})

describe('tidings record --verify', () => {
  test('says of messages without a time that they have none', async () => {
    const path = newFile()
    writeFileSync(path, '{"channel":"a","payload":1}\n{"channel":"a","payload":2}\n')
    const { stdout } = await outcomeOf(Record, ['--verify', path])
    expect(stdout).toContain('\n  no times\n')
    expect(stdout).not.toContain('1970')
    const json = await outcomeOf(Record, ['--verify', path, '--json'])
    expect(JSON.parse(json.stdout)).not.toHaveProperty('first')
  })

  const verified = async (content: string) => {
    const path = newFile()
    writeFileSync(path, content)
    const human = await outcomeOf(Record, ['--verify', path])
    const json = await outcomeOf(Record, ['--verify', path, '--json'])
    return { human: human.stdout, json: JSON.parse(json.stdout) }
  }

  test('says of offsets without a date how long it is', async () => {
    const { human, json } = await verified(
      '{"offset":100000,"channel":"a","payload":1}\n{"offset":30100000,"channel":"a","payload":2}\n'
    )
    expect(human).toContain('\n  30 s by the offsets, no dates\n')
    expect(json).toMatchObject({ seconds: 30 })
    expect(json).not.toHaveProperty('first')
  })

  test('counts offsets from the start that the header says, as a replay does', async () => {
    const { human, json } = await verified(
      '{"recording":{"version":2,"started":"2026-11-23T10:00:00Z","broker":"mqtt://h","patterns":["#"],"tidings":"0.2.0"}}\n' +
        '{"offset":5000000,"channel":"a","payload":1,"time":"2020-01-01T00:00:00Z"}\n' +
        '{"offset":7000000,"channel":"a","payload":1,"time":"2021-01-01T00:00:00Z"}\n'
    )
    expect(human).toContain('\n  2026-11-23T10:00:05.000000Z to 2026-11-23T10:00:07.000000Z, 2 s\n')
    expect(json).toMatchObject({ seconds: 2 })
  })

  test('names no date at which nothing was recorded, where the clock went back', async () => {
    const row = (seconds: number) => `a,x y,0,False,${seconds},0.1\r\n`
    const rows = [1_798_761_600, 1_798_761_610, 1_764_000_000, 1_764_000_005]
    const { human, json } = await verified(rows.map(row).join(''))
    expect(human).toContain(
      '\n  2027-01-01T00:00:00.000000Z to 2025-11-24T16:00:05.000000Z, 15 s in a replay: the dates go back 1 time, by 402d8h in all, and a replay goes on there\n'
    )
    expect(json).toMatchObject({ last: '2025-11-24T16:00:05.000000Z', seconds: 15, wentBack: 1 })
  })

  test('says how many entries, what span, which channels, and that it is whole', async () => {
    const path = newFile()
    await recordDuring(['v1/#', '-o', path, '-n', '2'], async () => {
      await publish('v1/a', '1')
      await publish('v1/b', '2')
    })
    const human = await outcomeOf(Record, ['--verify', path])
    expect(human.exitCode).toBe(0)
    expect(human.stdout).toContain(`${path}: 2 entries, whole`)
    const { stdout } = await outcomeOf(Record, ['--verify', path, '--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      entries: 2,
      channels: { 'v1/a': 1, 'v1/b': 1 },
      torn: false,
      damaged: 0
    })
  })

  test.each([
    ['torn', 'torn at its end', (line: string) => `${line}\n${line.slice(0, 30)}`],
    ['damaged', 'damaged', (line: string) => `${line}\nnonsense\n${line}\n`]
  ])('ends with 6 for a %s one, after the report', async (_, state, spoil) => {
    const path = newFile()
    writeFileSync(path, spoil('{"channel":"a","payload":1,"time":"2026-11-23T10:00:00Z"}'))
    const { exitCode, stdout, stderr } = await outcomeOf(Record, ['--verify', path])
    expect(exitCode).toBe(6)
    expect(stdout).toContain(state)
    expect(stderr).toContain('line 2')
  })

  test('ends with 6 for a newer format, and calls nothing damaged', async () => {
    const path = newFile()
    writeFileSync(path, '{"recording":{"version":3}}\n{"channel":"a"}\n')
    const { exitCode, stdout, stderr } = await outcomeOf(Record, ['--verify', path])
    expect({ exitCode, stdout }).toEqual({ exitCode: 6, stdout: '' })
    expect(stderr).toContain('it is a recording of version 3, newer than 2')
    const replayed = await outcomeOf(Replay, [path, '--dry-run', '--skip-invalid'], { stdin: '' })
    expect(replayed).toMatchObject({ exitCode: 6, stdout: '' })
    expect(replayed.stderr).toContain('it is a recording of version 3, newer than 2')
  })

  test('ends with 6 for a file that is not there', async () => {
    const { exitCode, stderr } = await outcomeOf(Record, ['--verify', join(folder, 'none')])
    expect(exitCode).toBe(6)
    expect(stderr).toContain('no such file')
  })
})

describe('record, replay, record', () => {
  const message: fc.Arbitrary<Message> = fc.record(
    {
      channel: fc.constantFrom('p/a', 'p/b/c', 'p'),
      payload: fc.oneof(
        fc.uint8Array(),
        fc.json().map((json) => Buffer.from(json)),
        fc.string().map((text) => Buffer.from(text))
      ),
      headers: fc
        .array(fc.tuple(fc.constantFrom('a', 'b'), fc.string({ unit: 'grapheme-ascii', minLength: 1 })), {
          maxLength: 3
        })
        .map((headers) => headers.sort(([a], [b]) => (a < b ? -1 : 1))),
      guarantee: fc.constantFrom(0 as const, 1 as const),
      contentType: fc.constantFrom('application/json', 'x'),
      responseChannel: fc.constant('answers'),
      correlation: fc.uint8Array({ minLength: 1 }),
      mqtt: fc.record(
        { retain: fc.constant(false), payloadUtf8: fc.constant(false) },
        { requiredKeys: ['retain'] }
      )
    },
    { requiredKeys: ['channel', 'payload', 'headers', 'guarantee', 'mqtt'] }
  )
  const withoutTimes = (path: string) =>
    entriesOf(path)
      .slice(1)
      .map(({ offset, time, ...entry }) => JSON.stringify(entry))

  test.each(['.jsonl', '.jsonl.gz'])('comes out the same but for the times (%s)', async (ending) => {
    await fc.assert(
      fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 20 }), async (messages) => {
        const lines = newFile()
        writeFileSync(lines, messages.map((each) => `${formatEnvelope(each)}\n`).join(''))
        const [first, second] = [newFile(ending), newFile()]
        const count = ['-n', String(messages.length)]
        const replay = async (path: string) => {
          const { exitCode, stderr } = await outcomeOf(Replay, [
            path,
            '--speed',
            'max',
            '--broker',
            broker.url
          ])
          expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
        }
        await recordDuring(['p/#', '-o', first, ...count], () => replay(lines))
        await recordDuring(['p/#', '-o', second, ...count], () => replay(first))
        const sent = messages.map((each) => JSON.stringify(JSON.parse(formatEnvelope(each))))
        expect(withoutTimes(second)).toEqual(sent)
      }),
      { numRuns: 10 }
    )
    expect(existsSync(folder)).toBe(true)
  })
})
