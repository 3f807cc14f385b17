import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import Channels from '../../src/commands/channels.js'
import Publish from '../../src/commands/publish.js'
import Record from '../../src/commands/record.js'
import Replay from '../../src/commands/replay.js'
import Subscribe from '../../src/commands/subscribe.js'
import { startEmbeddedBroker, type TestBroker } from '../support/embedded-broker.js'
import { jsonLines } from '../support/json-lines.js'
import { outcomeOf } from '../support/run-command.js'

let broker: TestBroker
const folder = mkdtempSync(join(tmpdir(), 'tidings-where-'))
const recording = join(folder, 'made.jsonl')

/** What is retained, and what the recording holds. */
const MESSAGES = [
  ['room/1', '{"temp":29, "id":9007199254740993}'],
  ['room/2', '{"temp":31.50,"unit":"C"}'],
  ['room/3', 'broken'],
  ['room/4', '{"temp":null}'],
  ['room/5', '{"temp":40}']
] as const

beforeAll(async () => {
  broker = await startEmbeddedBroker()
  for (const [channel, payload] of MESSAGES)
    await outcomeOf(Publish, [channel, payload, '--retain', '-H', 'source=web', '-b', broker.url])
  const lines = MESSAGES.map(([channel, payload]) =>
    payload.startsWith('{')
      ? `{"channel":"${channel}","payload":${payload},"encoding":"json"}\n`
      : `{"channel":"${channel}","payload":"${payload}","encoding":"text"}\n`
  )
  writeFileSync(recording, lines.join(''))
})

afterAll(async () => {
  await broker.stop()
  rmSync(folder, { recursive: true })
})

const on = (...argv: string[]) => [...argv, '-b', broker.url]
const HOT = ['--where', 'payload.temp > 30']
const UNJUDGED =
  '--where could not judge 2 messages: no field "temp" (1), ">" does not apply to null and int (1)'

describe('subscribe --where', () => {
  it('shows the messages that match, byte for byte, and counts those alone', async () => {
    const { stdout, stderr, exitCode } = await outcomeOf(
      Subscribe,
      on('room/#', '--raw', ...HOT, '--retained', 'only')
    )
    expect(exitCode).toBe(0)
    expect(stdout.split('\n').sort()).toEqual(['', '{"temp":31.50,"unit":"C"}', '{"temp":40}'])
    expect(stderr).toContain(UNJUDGED)
    expect(stderr).toMatch(/Received 2 messages: .*; 3 did not match/)
  })

  it('ends with --count of those that match', async () => {
    const { stdout, exitCode } = await outcomeOf(
      Subscribe,
      on('room/#', '--raw', '--where', `payload.temp == 40 && headers.source == 'web'`, '--count', '1')
    )
    expect({ stdout, exitCode }).toEqual({ stdout: '{"temp":40}\n', exitCode: 0 })
  })

  it('compares whole numbers exactly', async () => {
    const where = (id: string) =>
      outcomeOf(Subscribe, on('room/1', '--raw', '--where', `payload.id == ${id}`, '--idle', '200ms'))
    expect((await where('9007199254740993')).exitCode).toBe(0)
    expect((await where('9007199254740992')).exitCode).toBe(7)
  })

  it('ends with 7 if messages came and none matched, and says so', async () => {
    const { stdout, stderr, exitCode } = await outcomeOf(
      Subscribe,
      on('room/#', '--where', 'payload.temp > 99', '--idle', '200ms')
    )
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 7 })
    expect(stderr).toContain('received nothing that matches: the time ran out, and 5 messages did not match')
    expect(stderr).toContain('Try: leave out --where to see what comes')
  })

  it('ends with 8 if too few matched', async () => {
    const { exitCode } = await outcomeOf(Subscribe, on('room/#', ...HOT, '--count', '3', '--idle', '200ms'))
    expect(exitCode).toBe(8)
  })

  it('with a mistake ends with 2 before it connects, and marks the place', async () => {
    const { stderr, exitCode } = await outcomeOf(Subscribe, [
      'room/#',
      '--where',
      'payload.temp > && retain',
      '-b',
      'mqtt://127.0.0.1:1'
    ])
    expect(exitCode).toBe(2)
    expect(stderr).toBe(
      'Error: cannot use --where: a value is missing before "&&"\n  payload.temp > && retain\n                 ^\n  Try: tidings help where\n'
    )
  })

  it('with a mistake says its column to programs', async () => {
    const { stderr } = await outcomeOf(
      Subscribe,
      on('room/#', '--json', '--where', 'retain && chanel == "a"')
    )
    expect(JSON.parse(stderr)).toEqual({
      error: {
        code: 'bad-expression',
        message: 'cannot use --where: there is no name "chanel"',
        suggestion: 'did you mean "channel"?',
        exitCode: 2,
        expression: 'retain && chanel == "a"',
        column: 11
      }
    })
  })
})

describe('record --where', () => {
  it('records the messages that match', async () => {
    const output = join(folder, 'recorded.jsonl')
    const { stderr, exitCode } = await outcomeOf(
      Record,
      on('room/#', '--output', output, ...HOT, '--retained', 'only')
    )
    const entries = jsonLines(readFileSync(output, 'utf8')).slice(1)
    expect(entries.map(({ channel }) => channel).sort()).toEqual(['room/2', 'room/5'])
    expect(stderr).toContain(UNJUDGED)
    expect(exitCode).toBe(0)
  })
})

describe('replay --where', () => {
  it('sends the messages that match, in each round', async () => {
    const { stdout, stderr, exitCode } = await outcomeOf(Replay, [
      recording,
      '--dry-run',
      '--json',
      '--loop',
      '2',
      ...HOT
    ])
    const channels = jsonLines(stdout).map((each) => each.channel)
    expect(channels.filter((channel) => channel !== undefined)).toEqual([
      'room/2',
      'room/5',
      'room/2',
      'room/5'
    ])
    expect(stderr).toContain('--where could not judge 4 messages')
    expect(exitCode).toBe(0)
  })

  it('skips and counts those that match', async () => {
    const { stdout } = await outcomeOf(Replay, [
      recording,
      '--dry-run',
      '--json',
      ...HOT,
      '--skip',
      '1',
      '--count',
      '1'
    ])
    expect(stdout).toContain('"channel":"room/5"')
    expect(stdout).not.toContain('"channel":"room/2"')
  })
})

describe('channels --where', () => {
  it('lists the channels of messages that match', async () => {
    const { stdout, stderr, exitCode } = await outcomeOf(
      Channels,
      on('room/#', '--for', '300ms', '--json', ...HOT)
    )
    const names = jsonLines(stdout).map((each) => each.channel)
    expect(names).toEqual(['room/2', 'room/5'])
    expect(stderr).toContain(UNJUDGED)
    expect(exitCode).toBe(0)
  })

  it('reads a recording, and says how many did not match where none did', async () => {
    const some = await outcomeOf(Channels, ['--recording', recording, '--json', ...HOT, '--count', '1'])
    expect(JSON.parse(some.stdout).channel).toBe('room/2')
    const none = await outcomeOf(Channels, ['--recording', recording, '--where', 'payload.temp > 99'])
    expect(none.exitCode).toBe(7)
    expect(none.stderr).toContain('saw no message on "#" that matches: 5 messages did not')
  })
})

describe('--changed', () => {
  it('leaves out a message whose payload is that of the one before on its channel', async () => {
    const repeated = join(folder, 'repeated.jsonl')
    const texts = ['a 1', 'a 1', 'b 1', 'a 2', 'a 1']
    writeFileSync(
      repeated,
      texts
        .map((text) => text.split(' '))
        .map(([channel, payload]) => `{"channel":"${channel}","payload":${payload},"encoding":"json"}\n`)
        .join('')
    )
    const { stdout } = await outcomeOf(Replay, [repeated, '--dry-run', '--json', '--changed', '--loop', '2'])
    const sent = jsonLines(stdout)
      .filter(({ channel }) => channel !== undefined)
      .map(({ channel, payload }) => `${channel} ${payload}`)
    const round = ['a 1', 'b 1', 'a 2', 'a 1']
    expect(sent).toEqual([...round, ...round])
  })

  it('judges what has changed by the expression', async () => {
    const { stdout } = await outcomeOf(
      Subscribe,
      on('room/#', '--raw', '--changed', '--where', `channel.endsWith('3')`, '--count', '1')
    )
    expect(stdout).toBe('broken\n')
  })
})
