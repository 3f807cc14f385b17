import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import Publish from '../../src/commands/publish.js'
import Watch from '../../src/commands/watch.js'
import { startEmbeddedBroker, type TestBroker } from '../support/embedded-broker.js'
import { jsonLines } from '../support/json-lines.js'
import { MemoryIo } from '../support/memory-io.js'
import { outcomeOf, runCommand } from '../support/run-command.js'

let broker: TestBroker
const folder = mkdtempSync(join(tmpdir(), 'tidings-watch-'))
const fileOf = (name: string) => join(folder, name)

beforeAll(async () => {
  broker = await startEmbeddedBroker()
})
afterAll(async () => {
  await broker.stop()
  rmSync(folder, { recursive: true })
})

/** A watch that runs, with what it has written. */
async function watching(...argv: string[]) {
  const world = new MemoryIo()
  const done = runCommand(Watch, [...argv, '-b', broker.url], world)
  await Promise.race([world.stderr.contains('Subscribed'), done])
  const publish = (...line: string[]) => outcomeOf(Publish, [...line, '-b', broker.url])
  /** @param after what is to be told before */
  const end = async (after = '') => {
    await world.stdout.contains(after)
    world.interrupt()
    await done
    return { stdout: world.stdout.text, stderr: world.stderr.text, exitCode: world.exitCode }
  }
  return { world, publish, end, done }
}

const withoutTimes = (text: string) => text.replace(/\d\d:\d\d:\d\d\.\d{3}/g, 'TIME')
describe('watch of a broker', () => {
  it('tells gaps, repeats and what comes out of order, and ends with 10', async () => {
    const { publish, end } = await watching('orders', '--sequence', '/n')
    for (const n of [1, 4, 3, 4, 2]) await publish('orders', `{"n":${n}}`)
    const { stdout, stderr, exitCode } = await end('ENDED #1')
    expect(exitCode).toBe(10)
    expect(withoutTimes(stdout).split('\n').slice(0, 5)).toEqual([
      'TIME  BEGAN #1  gap  orders  2 to 3 are missing, 2 numbers',
      'TIME  FOUND #2  out-of-order  orders  3 came after 4',
      'TIME  FOUND #3  repeat  orders  4 came again',
      'TIME  FOUND #4  out-of-order  orders  2 came after 4',
      expect.stringMatching(/^TIME {2}ENDED #1 {2}gap {2}orders {2}what was missing came within /)
    ])
    expect(stdout).toMatch(/\nchannel {2}messages +rate {2}incidents\norders +5 .* +4\n$/)
    expect(stderr).toMatch(/Watched 1 channel for .*: 5 messages, 4 incidents\n/)
    expect(stderr).toContain('Error: found 4 incidents\n')
  })

  it('compares numbers exactly, also as text, and finds nothing wrong where nothing is', async () => {
    const { publish, end } = await watching('fine', '--sequence', '/n', '--expect', 'fine')
    for (const n of ['9007199254740993', '"9007199254740994"', '9007199254740996'])
      await publish('fine', `{"n":${n}}`)
    expect(await end('9007199254740995 is missing')).toMatchObject({
      exitCode: 10,
      stderr: expect.stringContaining('3 messages, 1 incident')
    })
    const nothing = await watching('none', '--max-silence', '1h')
    expect(await nothing.end()).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('no incident') })
  })

  it('tells of silence, in JSON with all facts, and of the end of it', async () => {
    const { world, publish, end } = await watching('lamp/+', '--max-silence', '50ms', '--json')
    await publish('lamp/1', 'on')
    await world.stdout.contains('"event":"began"')
    await publish('lamp/1', 'off')
    await world.stdout.contains('"event":"ended"')
    const [began, ended] = jsonLines((await end()).stdout)
    expect(began).toMatchObject({
      event: 'began',
      incident: 1,
      kind: 'silence',
      channel: 'lamp/1',
      limit: 0.05
    })
    expect(Date.parse(began.time) - Date.parse(began.last)).toBeCloseTo(50, 0)
    expect(ended).toMatchObject({ event: 'ended', incident: 1, began: began.time, last: began.last })
    const all = jsonLines(world.stdout.text)
    expect(all.at(-2)).toMatchObject({ event: 'channel', channel: 'lamp/1', messages: 2 })
    expect(all.at(-1)).toMatchObject({ event: 'summary', messages: 2, channels: 1 })
  })

  it('ends with 10 at the first incident: nothing on an expected channel', async () => {
    const { done, world } = await watching('--expect', 'never', '--max-silence', '20ms', '--stop-at-first')
    await done
    expect(world.exitCode).toBe(10)
    expect(withoutTimes(world.stdout.text)).toContain('BEGAN #1  silence  never  no message for 20 ms\n')
  })

  it('ends with 7 if nothing came and nothing was expected, and with 10 if something was', async () => {
    const nothing = await outcomeOf(Watch, [
      'quiet',
      '--max-silence',
      '1h',
      '--for',
      '50ms',
      '-b',
      broker.url
    ])
    expect(nothing).toMatchObject({ exitCode: 7, stdout: '' })
    expect(nothing.stderr).toContain('with --expect CHANNEL, its silence is an incident')
    const missed = await outcomeOf(Watch, ['--expect', 'quiet', '--for', '2s', '-b', broker.url])
    expect(missed).toMatchObject({ exitCode: 10, stdout: expect.stringContaining('no message came') })
  })

  it('that saw only what was retained says that this is left out, and how to count it', async () => {
    await outcomeOf(Publish, ['old', '1', '--retain', '-b', broker.url])
    const flags = ['--max-silence', '1h', '--for', '1s', '-b', broker.url]
    const { exitCode, stderr } = await outcomeOf(Watch, ['old', ...flags])
    expect({ exitCode, stderr }).toEqual({
      exitCode: 7,
      stderr: expect.stringContaining(
        'what the broker has retained is left out: --retained include counts it'
      )
    })
    const counted = await outcomeOf(Watch, ['old', ...flags, '--retained', 'include'])
    expect(counted).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('1 message, no incident') })
  })

  it('tells late messages and too many, and the ages in the table', async () => {
    const { publish, end } = await watching(
      't',
      '--max-age',
      '1h',
      '--timestamp',
      'header:at',
      '--max-rate',
      '1/d'
    )
    await publish('t', 'x', '-H', 'at=2020-01-01T00:00:00Z')
    await publish('t', 'x', '-H', `at=${new Date().toISOString()}`)
    const { stdout, exitCode } = await end('high-rate')
    expect(exitCode).toBe(10)
    expect(stdout).toMatch(/BEGAN #1 {2}late {2}t {2}a message came \d+d.* after it happened, more than 1h\n/)
    expect(stdout).toMatch(/BEGAN #2 {2}high-rate {2}t {2}2 messages within 1d, more than 1\n/)
    expect(stdout).toMatch(/ENDED #1 {2}late {2}t {2}a message came in time; 1 message came late, up to \d+d/)
    expect(stdout).toMatch(/channel {2}messages .* age p50 +p95 +p99 +max\n/)
  })

  it('counts only what --where lets pass, and leaves out what was retained', async () => {
    await outcomeOf(Publish, ['kept', '{"n":1}', '--retain', '-b', broker.url])
    const { publish, end } = await watching('kept', '--sequence', '/n', '--where', 'payload.n != 5')
    for (const n of [7, 5, 8, 10]) await publish('kept', `{"n":${n}}`)
    const { stdout, stderr } = await end('9 is missing')
    expect(stdout).not.toContain('#2')
    expect(stderr).toMatch(/3 messages, 1 incident; 1 did not match/)
  })

  it('writes a report for CI, which its owner alone can read', async () => {
    const report = fileOf('junit.xml')
    const { publish, end } = await watching('a', '--expect', 'a', '--sequence', '/n', '--report', report)
    for (const n of [1, 2, 2]) await publish('a', `{"n":${n}}`)
    await end('FOUND #1')
    const text = readFileSync(report, 'utf8')
    expect(text).toContain('<testsuite name="tidings watch" tests="2" failures="1"')
    expect(text).toContain('<testcase classname="tidings watch" name="connection">')
    expect(text).toContain('<failure message="2 came again" type="repeat">#1 began at ')
    expect(statSync(report).mode & 0o777).toBe(0o600)
  })

  it('does not write its report over the recording', async () => {
    const recording = fileOf('verbose.txt')
    writeFileSync(recording, '')
    const flags = ['--recording', recording, '--max-silence', '1h', '--report', recording]
    const { stderr, exitCode } = await outcomeOf(Watch, flags)
    expect(stderr).toContain('"--recording" is the same file')
    expect(exitCode).toBe(2)
    expect(readFileSync(recording, 'utf8')).toBe('')
  })

  it('writes a report that says what it failed with, also where it never connected', async () => {
    const report = fileOf('failed.xml')
    const flags = ['--max-silence', '1h', '--report', report]
    const nothing = await outcomeOf(Watch, ['quiet', ...flags, '--for', '2s', '-b', broker.url])
    expect(nothing.exitCode).toBe(7)
    expect(readFileSync(report, 'utf8')).toContain('<failure message="received nothing: ')
    const unconnected = await outcomeOf(Watch, ['quiet', ...flags, '-b', 'mqtt://127.0.0.1:1'])
    expect(unconnected.exitCode).toBe(3)
    expect(readFileSync(report, 'utf8')).toMatch(/tests="1" failures="1".*cannot connect to/s)
  })

  it('shows no control characters of channels and payloads', async () => {
    const { publish, end } = await watching('#', '--sequence', '/n', '--by', '/by')
    await publish('evil\u001b[2J', '{"n":1,"by":"x\\u001b[31m"}')
    await publish('evil\u001b[2J', '{"n":3,"by":"x\\u001b[31m"}')
    const { stdout } = await end('BEGAN #1')
    expect(stdout).not.toContain('\u001b')
    expect(stdout).toContain('evil\\u001b[2J  2 is missing of x\\u001b[31m')
  })
})

describe('watch of a recording', () => {
  it('that finds nothing begins with the table', async () => {
    const file = recordingOf('whole.jsonl', [['a', 0, 1]])
    const { stdout } = await outcomeOf(Watch, ['--recording', file, '--sequence', '/n'])
    expect(stdout).toMatch(/^channel /)
  })

  const time = (second: number) => new Date(Date.UTC(2026, 0, 1, 12, 0, second)).toISOString()
  const recordingOf = (
    name: string,
    entries: readonly (readonly [channel: string, second: number, n: number])[]
  ) => {
    const lines = entries.map(
      ([channel, second, n]) =>
        `{"channel":"${channel}","time":"${time(second)}","payload":{"n":${n}},"encoding":"json"}\n`
    )
    writeFileSync(fileOf(name), lines.join(''))
    return fileOf(name)
  }

  it('finds what was wrong at the times at which it was recorded', async () => {
    const file = recordingOf('made.jsonl', [
      ['a', 0, 1],
      ['b', 5, 1],
      ['a', 12, 3],
      ['a', 13, 4]
    ])
    const { stdout, exitCode } = await outcomeOf(Watch, [
      ...['--recording', file, '--max-silence', '6s', '--sequence', '/n', '--json']
    ])
    expect(exitCode).toBe(10)
    expect(jsonLines(stdout).slice(0, 4)).toMatchObject([
      { event: 'began', kind: 'silence', channel: 'a', time: '2026-01-01T12:00:06.000000Z' },
      { event: 'began', kind: 'silence', channel: 'b', time: '2026-01-01T12:00:11.000000Z' },
      { event: 'ended', kind: 'silence', channel: 'a', time: '2026-01-01T12:00:12.000000Z' },
      { event: 'began', kind: 'gap', channel: 'a', from: 2, to: 2, missing: 1 }
    ])
  })

  it.each(['+275760-09-12T23:59:59Z', '0001-01-01T00:00:00Z', '-271821-04-20T00:00:00Z'])(
    'takes times at the ends of the calendar: %s',
    async (at) => {
      const line = (offset: number) =>
        `{"offset":${offset},"channel":"a","time":"${at}","payload":{"n":1},"encoding":"json"}\n`
      writeFileSync(fileOf('odd.jsonl'), [0, 999_999_999_999_000, 999_999_999_999_999].map(line).join(''))
      const flags = ['--max-silence', '10d', '--sequence', '/n', '--max-rate', '1/s', '--min-rate', '1/h']
      for (const more of [[], ['--json', '--report', fileOf('odd.xml')]]) {
        const { exitCode, stdout } = await outcomeOf(Watch, ['-f', fileOf('odd.jsonl'), ...flags, ...more])
        expect(exitCode).toBe(10)
        expect(stdout).not.toContain('NaN')
        expect(stdout).toContain('repeat')
      }
    }
  )

  it('ends with 0 where all is well, with 7 without a message, and with 6 where it cannot be read', async () => {
    const file = recordingOf('good.jsonl', [['a', 0, 1]])
    const watch = (...argv: string[]) => outcomeOf(Watch, [...argv, '--max-silence', '6s'])
    expect(await watch('-f', file)).toMatchObject({ exitCode: 0 })
    expect(await watch('none', '-f', file)).toMatchObject({ exitCode: 7 })
    writeFileSync(fileOf('broken.jsonl'), '{"channel":"a"\n')
    expect(await watch('-f', fileOf('broken.jsonl'))).toMatchObject({ exitCode: 6 })
    expect(await watch('-f', fileOf('absent.jsonl'))).toMatchObject({ exitCode: 6 })
  })
})

describe('what makes no sense', () => {
  it.each([
    ['no channel', ['--max-silence', '1s'], 'no channel was named'],
    ['nothing to watch for', ['a'], 'nothing to watch for was named'],
    ['an expected channel that is not watched', ['a', '--expect', 'b'], 'none of the patterns matches it'],
    ['an expected pattern', ['#', '--expect', 'a/+'], 'it holds a wildcard'],
    ['a bad place', ['a', '--sequence', 'n'], 'names no place in a message'],
    [
      'a bad rate',
      ['a', '--max-rate', '100'],
      'no whole number of messages, from 1, in a second or a longer time'
    ],
    [
      'a rate that is too fine',
      ['a', '--max-rate', '5/10ms'],
      'no whole number of messages, from 1, in a second or a longer time'
    ],
    ['an age without a time, on MQTT', ['a', '--max-age', '5s'], 'MQTT carries no time of publication'],
    ['a rate of nothing', ['a', '--min-rate', '0/s'], 'no whole number of messages, from 1,'],
    ['a rate of nothing, without a unit', ['a', '--min-rate', '0'], 'Try: write it like 100/s'],
    ['a rate below nothing', ['a', '--min-rate', '-1/s'], 'no whole number of messages, from 1,'],
    ['a silence of no time', ['a', '--max-silence', '0s'], 'Try: name the longest time that is all right'],
    ['an age of no time', ['a', '--max-age', '0'], 'cannot use "0" for --max-age: it is no time at all'],
    ['a silence of less than that', ['a', '--max-silence=-5s'], 'cannot read "-5s" as --max-silence'],
    ['a silence of ages', ['a', '--max-silence', '99999999d'], 'it is longer than 100 years'],
    ['a rate without a unit', ['a', '--max-rate', '100'], 'Try: write it as 100/s'],
    ['a unit that is spelt out', ['a', '--min-rate', '10/min'], 'Try: write it as 10/m'],
    [
      'a low rate above the high one',
      ['a', '--min-rate', '1/s', '--max-rate', '59/m'],
      '--min-rate is above --max-rate'
    ],
    [
      'a place as filters have it',
      ['a', '--sequence', 'payload.a.n'],
      'Try: write it as a JSON pointer: /a/n'
    ],
    ['a header as filters have it', ['a', '--sequence', 'headers.n'], 'Try: write header:n'],
    [
      'an age without a time, on MQTT',
      ['a', '--max-age', '5s'],
      'Try: say where messages tell when they happened: --timestamp'
    ],
    ['--by alone', ['a', '--by', 'key'], 'cannot use "--by" without "--sequence"'],
    ['a broker for a recording', ['-f', 'x', '--max-silence', '1s', '--session', 's'], 'no broker is asked'],
    ['a report on stdout', ['a', '--max-silence', '1s', '--report', '-'], 'a report is a file of its own']
  ])('%s is a usage error', async (_what, argv, says) => {
    const { exitCode, stderr } = await outcomeOf(Watch, [...argv])
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining(says) })
  })

  it.each([
    ['--timeout', '--for DURATION'],
    ['--idle', '--max-silence DURATION'],
    ['--count', '--stop-at-first'],
    ['--silence', '--max-silence DURATION'],
    ['--junit', '--report FILE']
  ])('%s of other commands is answered with ours', async (flag, hint) => {
    const { exitCode, stderr } = await outcomeOf(Watch, ['a', flag, '5'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining(hint) })
  })
})
