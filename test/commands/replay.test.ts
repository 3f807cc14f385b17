import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import Replay from '../../src/commands/replay.js'
import Subscribe from '../../src/commands/subscribe.js'
import { startEmbeddedBroker, type TestBroker } from '../support/embedded-broker.js'
import { MemoryIo } from '../support/memory-io.js'
import { outcomeOf, runCommand } from '../support/run-command.js'

let broker: TestBroker
let folder = ''
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tidings-replay-'))
  broker = await startEmbeddedBroker()
})
afterAll(async () => {
  await broker.stop()
  rmSync(folder, { recursive: true, force: true })
})

let files = 0
function fileOf(content: string | Uint8Array): string {
  const path = join(folder, `${++files}.jsonl`)
  writeFileSync(path, content)
  return path
}

const line = (channel: string, payload: unknown, second: number) =>
  `${JSON.stringify({ channel, time: `2026-11-23T10:00:0${second}Z`, payload })}\n`

/** Replays to a subscriber and returns what the broker sent it. */
async function replayTo(pattern: string, count: number, args: string[], stdin?: string) {
  const witness = new MemoryIo({ stdin: '' })
  const listening = runCommand(
    Subscribe,
    [pattern, '--json', '-n', String(count), '--broker', broker.url],
    witness
  )
  await witness.stderr.contains('Subscribed to')
  const replayed = await outcomeOf(Replay, [...args, '--broker', broker.url], { stdin: stdin ?? '' })
  await listening
  const received = witness.stdout.text
    .trimEnd()
    .split('\n')
    .map((text) => JSON.parse(text) as { channel: string; payload: unknown; mqtt: { qos: number } })
  return {
    ...replayed,
    received: received.map(({ channel, payload }) => `${channel} ${JSON.stringify(payload)}`)
  }
}

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/recordings/${name}`, import.meta.url))

describe('tidings replay', () => {
  test('sends everything and says how many and how late', async () => {
    const path = fileOf(line('s1/a', 1, 0) + line('s1/b', { x: 1.5 }, 1))
    const { received, exitCode, stderr } = await replayTo('s1/#', 2, [path, '--speed', '1000'])
    expect(exitCode).toBe(0)
    expect(received).toEqual(['s1/a 1', 's1/b {"x":1.5}'])
    expect(stderr).toMatch(/Replayed 2 messages in .*: all acknowledged; late by .* at p99, .* at worst\n/)
  })

  test('merges several files by time, packed or not, and stdin', async () => {
    const one = fileOf(line('s2', 0, 0) + line('s2', 3, 3))
    const two = fileOf(gzipSync(line('s2', 1, 1) + line('s2', 4, 4)))
    const { received } = await replayTo('s2', 5, [one, '-', two, '--speed', 'max'], line('s2', 2, 2))
    expect(received).toEqual([0, 1, 2, 3, 4].map((n) => `s2 ${n}`))
  })

  test('maps channels, sets QoS and moves timestamps', async () => {
    const path = fileOf(
      line('plant/1', { at: '2020-01-01T00:00:00Z' }, 0) + line('plant/2', { at: '2020-01-01T00:00:07Z' }, 1)
    )
    const before = Date.now()
    const { received } = await replayTo('s3/#', 2, [
      path,
      '--map',
      'plant/# -> p/#',
      '--prefix',
      's3',
      '--shift-time',
      '/at',
      '--speed',
      'max'
    ])
    const [first, second] = received.map((text) => text.split(' '))
    expect([first?.[0], second?.[0]]).toEqual(['s3/p/1', 's3/p/2'])
    const [from = 0, to = 0] = [first, second].map((parts) => Date.parse(JSON.parse(parts?.[1] ?? '{}').at))
    expect(to - from).toBe(7000)
    expect(from).toBeGreaterThan(before - 1001)
    expect(from).toBeLessThan(Date.now() + 1000)
  })

  test.each([
    ['mosquitto-sub-j.txt', 't/#', 6],
    ['mosquitto-sub-json.txt', 't/#', 4],
    ['mqtt-recorder-plain.csv', 'm/#', 5],
    ['mqtt-recorder-base64.csv', 'm/#', 5],
    ['mqtt-recorder.json', '#', 3],
    ['mqttx.json', '#', 3]
  ])('replays %s', async (name, pattern, count) => {
    const { received, exitCode } = await replayTo(pattern, count, [fixture(name), '--speed', 'max'])
    expect(exitCode).toBe(0)
    expect(received).toHaveLength(count)
  })

  test('stops at a broken line with 6, naming file, line and reason, after everything before it was sent', async () => {
    const path = fileOf(`${line('s4', 1, 0)}{"channel":"s4"}\n${line('s4', 2, 1)}`)
    const { received, exitCode, stderr } = await replayTo('s4', 1, [path])
    expect(received).toEqual(['s4 1'])
    expect(exitCode).toBe(6)
    expect(stderr).toContain(
      `cannot read "${path}", line 2: field "payload" is missing (replayed 1 message, all acknowledged before it)`
    )
  })

  test('with --json the error has file, line and reason', async () => {
    const path = fileOf(`${line('s5', 1, 0)}nonsense\n`)
    const { stderr } = await outcomeOf(Replay, [path, '--json', '--broker', broker.url], { stdin: '' })
    const { error } = JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '')
    expect(error).toMatchObject({ exitCode: 6, file: path, line: 2, acknowledged: 1 })
    expect(error.reason).toContain('it is not JSON')
  })

  test('--skip-invalid goes on and counts', async () => {
    const path = fileOf(`${line('s6', 1, 0)}nonsense\n${line('s6', 2, 1)}{"torn`)
    const { received, exitCode, stderr } = await replayTo('s6', 2, [path, '--skip-invalid', '--speed', 'max'])
    expect(received).toEqual(['s6 1', 's6 2'])
    expect(exitCode).toBe(0)
    expect(stderr).toContain('2 broken lines left out')
  })

  test('of a torn recording says so', async () => {
    const path = fileOf(`${line('s7', 1, 0)}{"channel":"s7","payl`)
    const { exitCode, stderr } = await replayTo('s7', 1, [path])
    expect(exitCode).toBe(6)
    expect(stderr).toContain('(the file ends within this line)')
  })

  test('loops N rounds', async () => {
    const path = fileOf(line('s8', 1, 0) + line('s8', 2, 1))
    const { received } = await replayTo('s8', 6, [path, '--loop', '3', '--speed', '1000'])
    expect(received.join()).toBe('s8 1,s8 2,s8 1,s8 2,s8 1,s8 2')
  })

  test('loops for ever until it is stopped, which is no failure', async () => {
    const path = fileOf(line('s9', 1, 0) + line('s9', 2, 1))
    const witness = new MemoryIo({ stdin: '' })
    const listening = runCommand(Subscribe, ['s9', '--json', '-n', '7', '--broker', broker.url], witness)
    await witness.stderr.contains('Subscribed to')
    const world = new MemoryIo({ stdin: '' })
    const replaying = runCommand(Replay, ['--loop', path, '--speed', '1000', '--broker', broker.url], world)
    await listening
    world.interrupt()
    await replaying
    expect(world.exitCode).toBe(0)
  })

  test('interrupted before its end fails like an interrupted command', async () => {
    const path = fileOf(line('s10', 1, 0) + line('s10', 2, 9))
    const witness = new MemoryIo({ stdin: '' })
    const listening = runCommand(Subscribe, ['s10', '-n', '1', '--broker', broker.url], witness)
    await witness.stderr.contains('Subscribed to')
    const world = new MemoryIo({ stdin: '' })
    const replaying = runCommand(Replay, [path, '--broker', broker.url], world)
    await listening
    world.interrupt('SIGTERM')
    await replaying
    expect(world.exitCode).toBe(143)
  })

  test.each<[string[], string]>([
    [['--speed', '0'], 'cannot replay at speed "0"'],
    [['--speed', '1001'], 'cannot replay at speed "1001"'],
    [['--from', 'noon'], 'cannot read "noon" as a point of a recording'],
    [['--map', 'a b'], 'cannot map channels by "a b"'],
    [['--channel', 'a/#/b'], '"#" is not a whole last level'],
    [['--prefix', 'a/+'], 'cannot use channel "a/+/"'],
    [['--shift-time', 'time'], 'as a JSON pointer'],
    [['-', '--loop', '2'], 'cannot replay stdin in a "--loop"'],
    [['--loop=0'], 'cannot loop "0" times'],
    [['--count', '0'], '"--count"']
  ])('%s is a usage error', async (args, why) => {
    const path = fileOf(line('a', 1, 0))
    const { exitCode, stderr } = await outcomeOf(Replay, [path, ...args, '--broker', broker.url], {
      stdin: ''
    })
    expect(exitCode).toBe(2)
    expect(stderr).toContain(why)
  })

  test('a file that is not there is refused before anything is sent', async () => {
    const path = fileOf(line('a', 1, 0))
    const { exitCode, stderr } = await outcomeOf(
      Replay,
      [path, join(folder, 'none'), '--broker', 'mqtt://127.0.0.1:1'],
      { stdin: '' }
    )
    expect(exitCode).toBe(6)
    expect(stderr).toContain('no such file')
  })
})

describe('messages with what MQTT cannot carry', () => {
  const keyed = (channel: string, n: number) =>
    `{"channel":"${channel}","time":"2026-11-23T10:00:0${n}Z","key":"k","payload":${n}}\n`
  const tombstone = (channel: string, second: number) =>
    `{"channel":"${channel}","time":"2026-11-23T10:00:0${second}Z","payload":null,"encoding":"null"}\n`
  const atOnce = ['--speed', 'max']

  test('are replayed without it, which is told once, with the count, whatever the number of rounds', async () => {
    const path = fileOf(keyed('u1', 1) + line('u1', 2, 2) + keyed('u1', 3))
    const args = [path, ...atOnce, '--loop', '2']
    const { received, exitCode, stderr } = await replayTo('u1', 6, args)
    expect({ received, exitCode }).toEqual({
      received: [1, 2, 3, 1, 2, 3].map((n) => `u1 ${n}`),
      exitCode: 0
    })
    expect(stderr.match(/Warning: .*\n/g)).toEqual(['Warning: dropped 4 keys: MQTT has no message keys\n'])
  })

  test('--strict ends with 6 at the first of them, after everything before it was sent', async () => {
    const path = fileOf(line('u2', 1, 1) + keyed('u2', 2) + line('u2', 3, 3))
    const { received, exitCode, stderr } = await replayTo('u2', 1, [path, ...atOnce, '--strict'])
    expect({ received, exitCode }).toEqual({ received: ['u2 1'], exitCode: 6 })
    expect(stderr).toContain(
      'cannot replay a message of "u2": it has a key, and MQTT has no message keys (replayed 1 message, all acknowledged before it)'
    )
    expect(stderr).toContain('Try: without --strict it is left out and counted')
  })

  test('one without a payload ends it with 6, after everything before it was sent', async () => {
    const path = fileOf(line('u3', 1, 1) + tombstone('u3', 2) + line('u3', 3, 3))
    const { received, exitCode, stderr } = await replayTo('u3', 1, [path, ...atOnce])
    expect({ received, exitCode }).toEqual({ received: ['u3 1'], exitCode: 6 })
    expect(stderr).toContain('it has no payload, and MQTT has no messages without a payload')
    expect(stderr).toContain(
      'Try: --null-as-empty sends it as an empty one; or go on without it: --skip-invalid\n'
    )
  })

  test('--skip-invalid leaves it out, goes on and counts', async () => {
    const path = fileOf(line('u4', 1, 1) + tombstone('u4', 2) + line('u4', 3, 3))
    const { received, exitCode, stderr } = await replayTo('u4', 2, [path, ...atOnce, '--skip-invalid'])
    expect({ received, exitCode }).toEqual({ received: ['u4 1', 'u4 3'], exitCode: 0 })
    expect(stderr).toContain(
      '1 message left out that cannot be sent (the first one: it has no payload, and MQTT'
    )
    expect(stderr).not.toContain('broken')
  })

  test('--null-as-empty sends it as an empty one, and with --retain set the broker forgets what it kept', async () => {
    const path = fileOf(line('u5/a', 1, 1) + line('u5/b', 2, 2) + tombstone('u5/a', 3))
    const args = [path, ...atOnce, '--retain', 'set', '--null-as-empty']
    const { received, exitCode, stderr } = await replayTo('u5/#', 3, args)
    expect({ received, exitCode }).toEqual({ received: ['u5/a 1', 'u5/b 2', 'u5/a ""'], exitCode: 0 })
    expect(stderr).toContain(
      'Warning: sent a message without a payload as an empty one: MQTT has no messages without a payload\n'
    )
    const kept = await outcomeOf(Subscribe, [
      'u5/#',
      '--retained',
      'only',
      '--format',
      '{channel}',
      '-b',
      broker.url
    ])
    expect(kept.stdout).toBe('u5/b\n')
  })
})

test('fields that no envelope has are told once, and with --strict end a replay', async () => {
  const path = fileOf('{"channel":"uf","payload":1,"qos":1}\n{"channel":"uf","payload":2,"qos":1}\n')
  const args = [path, '--broker', broker.url]
  const loose = await outcomeOf(Replay, args, { stdin: '' })
  expect(loose.exitCode).toBe(0)
  expect(loose.stderr).toContain(
    'Warning: ignored fields that are none of an envelope: "qos" (2; did you mean mqtt.qos?)\n'
  )
  const strict = await outcomeOf(Replay, [...args, '--strict'], { stdin: '' })
  expect(strict.exitCode).toBe(6)
  expect(strict.stderr).toContain('line 1: field "qos" is none of an envelope')
  expect(strict.stderr).toContain('Try: did you mean mqtt.qos?')
})

test('a rule for channels that no message matches is told, in a dry run, too', async () => {
  const path = fileOf(line('plant/1', 1, 0) + line('plant/2', 1, 0))
  const rules = ['--map', 'plants/# -> test/#', '--map', 'plant/1 -> test/1', '--map', 'plant/1 -> late']
  for (const how of [['--dry-run'], ['--broker', broker.url]]) {
    const { exitCode, stderr } = await outcomeOf(Replay, [path, ...rules, ...how], { stdin: '' })
    expect(exitCode).toBe(0)
    expect(stderr.match(/Warning: .*\n/g)).toEqual(
      ['plants/# -> test/#', 'plant/1 -> late'].map(
        (rule) =>
          `Warning: --map "${rule}" was used for no message: what no rule matches goes to the channel it was recorded on\n`
      )
    )
  }
})

test('JSON over several lines is answered with how to write it on one', async () => {
  const path = fileOf('{\n  "channel": "a",\n  "payload": 1\n}\n')
  const { exitCode, stderr } = await outcomeOf(Replay, [path, '--dry-run'], { stdin: '' })
  expect(exitCode).toBe(6)
  expect(stderr).toContain('jq -c')
})

describe('a replay that sends nothing', () => {
  const nothing = 'Warning: replayed nothing: no message of the recording matches\n'

  test.each([
    ['no channel matches', ['--channel', 'nope']],
    ['it begins behind the end', ['--from', '+1m']]
  ])('says so where %s', async (_, args) => {
    for (const how of [['--dry-run'], ['--broker', broker.url, '--quiet']]) {
      const argv = [fileOf(line('n/a', 1, 0)), ...args, ...how]
      expect(await outcomeOf(Replay, argv, { stdin: '' })).toEqual({
        exitCode: 0,
        stdout: '',
        stderr: nothing
      })
    }
  })

  test('says so of an empty file', async () => {
    const { stderr } = await outcomeOf(Replay, [fileOf(''), '--dry-run'], { stdin: '' })
    expect(stderr).toBe(nothing)
  })
})

describe('tidings replay --shift-time', () => {
  test('leaves alone what is no timestamp, and says so once', async () => {
    const path = fileOf(line('t/a', { temp: 31.5 }, 0) + line('t/a', { temp: 32 }, 0))
    const argv = [path, '--dry-run', '--json', '--shift-time', '/temp']
    const { stdout, stderr } = await outcomeOf(Replay, argv, { stdin: '' })
    expect(stderr).toBe('Warning: --shift-time leaves alone what is no timestamp: 31.5\n')
    expect(stdout).toContain('{"temp":31.5}')
    expect(stdout).toContain('{"temp":32}')
  })
})

describe('tidings replay --dry-run', () => {
  test('says at a line that cannot be read how many it showed, and claims to have sent none', async () => {
    const path = fileOf(`{"channel":"d/a","payload":1}\n{"channel":"d/a"}\n`)
    const { exitCode, stderr } = await outcomeOf(Replay, [path, '--dry-run'], { stdin: '' })
    expect(exitCode).toBe(6)
    expect(stderr).toContain('(showed 1 message before it)')
  })

  const path = () => fileOf(line('d/a', 1, 0) + line('d/b', 'x', 2) + line('d/a', 3, 9))

  test('shows what would be sent and when, and connects to nothing', async () => {
    const { exitCode, stdout } = await outcomeOf(
      Replay,
      [
        path(),
        '--dry-run',
        '--speed',
        '2',
        '--max-gap',
        '4s',
        '--qos',
        '0',
        '--broker',
        'mqtt://127.0.0.1:1'
      ],
      { stdin: '' }
    )
    expect(exitCode).toBe(0)
    expect(stdout).toBe(
      [
        '    +0.000000s  d/a  qos 0  1 byte',
        '    +1.000000s  d/b  qos 0  3 bytes',
        '    +3.000000s  d/a  qos 0  1 byte',
        ''
      ].join('\n')
    )
  })

  test('refuses an offset that cannot be one, as the replay does, and shows what is before', async () => {
    const hostile = fileOf(
      '{"offset":0,"channel":"h","payload":1}\n{"offset":-1,"channel":"h","payload":2}\n'
    )
    const { exitCode, stdout, stderr } = await outcomeOf(Replay, [hostile, '--dry-run'], { stdin: '' })
    expect({ exitCode, stdout }).toEqual({ exitCode: 6, stdout: '    +0.000000s  h  qos 1  1 byte\n' })
    expect(stderr).toContain('line 2: field "offset" is -1: must be a number of microseconds')
    const played = await outcomeOf(Replay, [hostile, '--broker', broker.url], { stdin: '' })
    expect(played.exitCode).toBe(6)
  })

  test('a recording without dates begins together with the others: nobody waits since 1970', async () => {
    const undated = fileOf(
      '{"offset":100,"channel":"u","payload":1}\n{"offset":1000100,"channel":"u","payload":2}\n'
    )
    const { stdout } = await outcomeOf(Replay, [undated, path(), '--dry-run'], { stdin: '' })
    expect(stdout.match(/\+\S+ {2}\S+/g)).toEqual([
      '+0.000000s  u',
      '+0.000000s  d/a',
      '+1.000000s  u',
      '+2.000000s  d/b',
      '+9.000000s  d/a'
    ])
  })

  test('--json shows it as a recording that can be replayed', async () => {
    const first = await outcomeOf(Replay, [path(), '--dry-run', '--json', '--channel', 'd/a'], { stdin: '' })
    const again = await outcomeOf(Replay, ['-', '--dry-run', '--json'], { stdin: first.stdout })
    expect(again.stdout).toBe(first.stdout)
    expect(
      first.stdout
        .trimEnd()
        .split('\n')
        .map((text) => JSON.parse(text).offset)
    ).toEqual([0, 9_000_000])
  })
})
