import { existsSync, linkSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
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
const folder = mkdtempSync(join(tmpdir(), 'tidings-contract-'))
const file = (name: string) => join(folder, name)
const CONTRACT = file('room.yaml')
const SCHEMA = file('room.schema.json')

const DOCUMENT = `asyncapi: 3.0.0
info: { title: Rooms, version: 1.0.0 }
channels:
  room:
    address: room/{number}
    parameters: { number: {} }
    messages:
      reading:
        contentType: application/json
        payload: { $ref: './room.schema.json' }
  hall:
    address: hall
    messages:
      any: {}
`
const ROOM = {
  type: 'object',
  required: ['temp'],
  properties: { temp: { type: 'number', maximum: 30 }, count: { type: 'integer' } }
}

/** What is retained: two of four break the contract. */
const MESSAGES = [
  ['room/1', '{"temp":29.50, "count":5.0}'],
  ['room/2', '{"temp":31}'],
  ['room/3', '{"temp":"x","count":1}'],
  ['room/4', '{"temp":0}']
] as const
const VALID = ['room/1', 'room/4']
const INVALID = ['room/2', 'room/3']

beforeAll(async () => {
  writeFileSync(CONTRACT, DOCUMENT)
  writeFileSync(SCHEMA, JSON.stringify(ROOM))
  broker = await startEmbeddedBroker()
  for (const [channel, payload] of MESSAGES)
    await outcomeOf(Publish, [channel, payload, '--retain', '-b', broker.url])
})

afterAll(async () => {
  await broker.stop()
  rmSync(folder, { recursive: true })
})

const on = (...argv: string[]) => [...argv, '-b', broker.url]
/** Subscribes to what is retained. */
const subscribe = (...argv: string[]) => outcomeOf(Subscribe, on('room/#', '--retained', 'only', ...argv))
const channelsIn = (stdout: string) =>
  jsonLines(stdout)
    .map((each) => each.channel)
    .sort()
const contract = ['--contract', CONTRACT]

describe('subscribe --contract', () => {
  it('marks what breaks it, tells it at the end, and ends with 10', async () => {
    const { stdout, stderr, exitCode } = await subscribe(...contract)
    expect(exitCode).toBe(10)
    expect(stdout).toContain(
      '{"temp":31}  (retained)\n  ! payload /temp: expected at most 30, found 31 (maximum)\n'
    )
    expect(stdout.match(/! payload/g)).toHaveLength(2)
    expect(stderr).toMatch(/ {2}channel +rule +messages +example\n/)
    expect(stderr).toMatch(/ {2}room\/2 +maximum +1 +payload \/temp: expected at most 30, found 31/)
    expect(stderr).toContain(`Error: 2 of 4 messages break "${CONTRACT}"`)
  })

  it('ends with 0 where nothing breaks it, and says how many were checked', async () => {
    const { stderr, exitCode } = await subscribe(...contract, '-x', 'room/2', '-x', 'room/3')
    expect(exitCode).toBe(0)
    expect(stderr).toContain(`Checked 2 messages against "${CONTRACT}": nothing is wrong`)
  })

  it.each([
    ['mark', [...VALID, ...INVALID]],
    ['only', INVALID],
    ['skip', VALID]
  ])('--invalid %s', async (invalid, channels) => {
    const { stdout, exitCode } = await subscribe(...contract, '--json', '--invalid', invalid)
    expect(channelsIn(stdout)).toEqual([...channels].sort())
    expect(exitCode).toBe(10)
  })

  it('--invalid stop ends with the first one, which is shown', async () => {
    const { stdout, exitCode } = await subscribe(...contract, '--json', '--invalid', 'stop')
    const lines = jsonLines(stdout)
    expect(lines.map(({ violations }) => violations !== undefined)).toEqual([
      ...Array(lines.length - 1).fill(false),
      true
    ])
    expect(exitCode).toBe(10)
  })

  it('--invalid stop acknowledges the wrong message, and leaves what comes after it to the session', async () => {
    const session = ['queue/#', '--session', 'stopping', '--raw', '-b', broker.url]
    await outcomeOf(Subscribe, [...session, '--count', '0'])
    const lines = ['{"temp":1}', '{"temp":31}', '{"temp":3}', ''].join('\n')
    await outcomeOf(Publish, on('queue/a', '--lines'), { stdin: lines })
    const schema = ['--schema', SCHEMA]
    const first = await outcomeOf(Subscribe, [...session, ...schema, '--invalid', 'stop'])
    expect(first).toMatchObject({ stdout: '{"temp":1}\n{"temp":31}\n', exitCode: 10 })
    const second = await outcomeOf(Subscribe, [...session, ...schema, '--count', '1'])
    expect(second).toMatchObject({ stdout: '{"temp":3}\n', exitCode: 0 })
  })

  it('--quiet says the failure alone', async () => {
    const { stderr } = await subscribe(...contract, '--raw', '--quiet')
    expect(stderr).toMatch(/^Error: 2 of 4 messages break .*\n {2}Try: .*\n$/)
  })

  it('--count counts what is shown: of what is skipped, too few come, and that they are wrong counts more', async () => {
    const few = await subscribe(...contract, '--invalid', 'skip', '--count', '3', '--raw', '--idle', '200ms')
    expect(few.stdout.split('\n')).toHaveLength(3)
    expect(few.exitCode).toBe(10)
    expect(few.stderr).toContain('; received 2 of 3 messages that keep it: the time ran out\n')
    const enough = await subscribe(...contract, '--invalid', 'only', '--count', '2', '--raw')
    expect(enough.stdout.split('\n').sort()).toEqual(['', '{"temp":"x","count":1}', '{"temp":31}'])
  })

  it('--invalid only ends with 0 where messages came and none is wrong', async () => {
    const { stdout, exitCode } = await outcomeOf(
      Subscribe,
      on('room/1', ...contract, '--invalid', 'only', '--retained', 'only')
    )
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 0 })
  })

  it('--json has the violations, and the table as JSON before the error', async () => {
    const { stdout, stderr } = await outcomeOf(
      Subscribe,
      on('room/2', '--json', ...contract, '--retained', 'only')
    )
    const violation = {
      part: 'payload',
      pointer: '/temp',
      rule: 'maximum',
      expected: 'at most 30',
      found: '31',
      schema: expect.stringContaining('/properties/temp/maximum')
    }
    expect(JSON.parse(stdout)).toMatchObject({ channel: 'room/2', violations: [violation] })
    const objects = stderr
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line))
    expect(objects).toEqual([
      {
        contract: {
          file: CONTRACT,
          checked: 1,
          wrong: 1,
          broken: [{ channel: 'room/2', rule: 'maximum', count: 1, example: violation }],
          further: 0
        }
      },
      {
        error: expect.objectContaining({ code: 'contract-broken', exitCode: 10, checked: 1, wrong: 1 })
      }
    ])
  })

  it('--raw writes the message as it is, and --format has the field', async () => {
    expect((await subscribe(...contract, '--raw')).stdout.split('\n').sort()).toEqual(
      ['', ...MESSAGES.map(([, payload]) => payload)].sort()
    )
    const { stdout } = await subscribe(...contract, '--format', '{channel} {violations}')
    expect(stdout).toContain('room/1 \n')
    expect(stdout).toContain('room/2 [{"part":"payload","pointer":"/temp","rule":"maximum"')
  })

  it('--schema checks every channel', async () => {
    const { stderr, exitCode } = await subscribe('--schema', SCHEMA, '--raw')
    expect(exitCode).toBe(10)
    expect(stderr).toContain(`2 of 4 messages break "${SCHEMA}"`)
  })

  it.each([
    [['--invalid', 'skip'], 'cannot use "--invalid": it needs --contract or --schema'],
    [['--report', 'x.xml'], 'cannot use "--report": it needs --contract or --schema'],
    [['--contract', CONTRACT, '--schema', SCHEMA], '--contract'],
    [['--contract', CONTRACT, '--report', '-'], 'cannot use "--report -": a report is a file of its own']
  ])('%j is a usage error', async (argv, why) => {
    const { stderr, exitCode } = await outcomeOf(Subscribe, ['a', ...argv, '-b', 'mqtt://127.0.0.1:1'])
    expect(exitCode).toBe(2)
    expect(stderr).toContain(why)
  })

  it.each([
    ['none.yaml', undefined, 'no such file'],
    ['broken.yaml', 'a: [', 'cannot use'],
    ['other.yaml', 'hello', 'cannot use']
  ])('ends with 6 before it connects, if %s cannot be used', async (name, content, why) => {
    if (content !== undefined) writeFileSync(file(name), content)
    const { stderr, exitCode } = await outcomeOf(Subscribe, [
      ...['a', '--contract', file(name), '-b', 'mqtt://127.0.0.1:1']
    ])
    expect(exitCode).toBe(6)
    expect(stderr).toContain(name)
    expect(stderr).toContain(why)
  })

  it('--report is a case for each channel, for its owner only, and ends with 9 if it cannot be written', async () => {
    const report = file('report.xml')
    await subscribe(...contract, '--raw', '--report', report)
    const xml = readFileSync(report, 'utf8')
    expect(xml).toContain('name="tidings subscribe" tests="5" failures="2" errors="0" skipped="1"')
    expect(xml).toContain('<testcase classname="tidings subscribe" name="room/1"></testcase>')
    expect(xml).toContain('name="hall"><skipped message="no message came"/>')
    expect(xml).toContain('expected at most 30, found 31 (maximum)" type="maximum">')
    expect(statSync(report).mode & 0o777).toBe(0o600)
    const { exitCode } = await subscribe(...contract, '--report', join(folder, 'none', 'report.xml'))
    expect(exitCode).toBe(9)
  })

  it('--report says that the command failed, also where no message was wrong', async () => {
    const report = file('short.xml')
    const flags = ['--report', report, '--count', '3', '--timeout', '2s', '--idle', '100ms']
    const { exitCode } = await subscribe(...contract, ...flags, '-x', 'room/2', '-x', 'room/3')
    expect(exitCode).toBe(8)
    expect(readFileSync(report, 'utf8')).toContain('<failure message="received 2 of 3 messages: ')
  })

  it.each([Subscribe, Record])('--report is no file that messages go to: %o', async (command) => {
    const twice = file('twice.jsonl')
    const more = command === Record ? ['--force'] : ['--raw']
    const run = (...names: string[]) =>
      outcomeOf(command, on('room/#', ...more, ...contract, '-n', '1', ...names))
    const fresh = await run('-o', twice, '--report', twice)
    expect(fresh.exitCode).toBe(2)
    expect(fresh.stderr).toContain(`cannot use "--report ${twice}": "--output" is the same file`)
    expect(existsSync(twice)).toBe(false)
    writeFileSync(twice, '')
    linkSync(twice, file('link.xml'))
    const linked = await run('-o', twice, '--report', file('link.xml'))
    rmSync(file('link.xml'))
    rmSync(twice)
    expect(linked.exitCode).toBe(2)
  })

  it.each([
    ['--contract', CONTRACT, CONTRACT],
    ['--schema', `${SCHEMA}#/properties/temp`, SCHEMA]
  ])('%s is no file that messages go to', async (flag, name, output) => {
    const before = readFileSync(output, 'utf8')
    for (const command of [Subscribe, Record]) {
      const more = command === Record ? ['--force'] : ['--raw']
      const argv = on('room/#', ...more, flag, name, '-n', '1', '-o', output)
      const { stderr, exitCode } = await outcomeOf(command, argv)
      expect(stderr).toContain(`cannot use "--output ${output}": "${flag}" is the same file`)
      expect(exitCode).toBe(2)
    }
    expect(readFileSync(output, 'utf8')).toBe(before)
  })
})

describe('what is wrong travels in lines', () => {
  it('from subscribe --json to publish --json, which sends the same message on without a word', async () => {
    const { stdout } = await subscribe(...contract, '--json')
    const sent = await outcomeOf(Publish, on('--json'), { stdin: stdout.replaceAll('room/', 'copy/') })
    expect(sent.exitCode).toBe(0)
    expect(sent.stderr).not.toContain('violations')
    const copies = await outcomeOf(Subscribe, on('copy/#', '--retained', 'only', '--json'))
    const bare = await subscribe('--json')
    const withoutTime = (text: string) =>
      text
        .replaceAll('copy/', 'room/')
        .replaceAll(/"time":"[^"]*",/g, '')
        .split('\n')
        .sort()
    expect(withoutTime(copies.stdout)).toEqual(withoutTime(bare.stdout))
  })

  it('from record to replay', async () => {
    const output = file('marked.jsonl')
    const argv = on('room/#', '--output', output, '--retained', 'only', ...contract)
    const { stderr, exitCode } = await outcomeOf(Record, argv)
    expect(exitCode).toBe(10)
    expect(stderr).toContain('2 of 4 messages break')
    const marked = readFileSync(output, 'utf8')
      .split('\n')
      .filter((line) => line.includes('"violations"'))
    expect(channelsIn(marked.join('\n'))).toEqual(INVALID)
    const shown = await outcomeOf(Replay, [output, '--dry-run', '--json', '--speed', 'max', '--strict'])
    expect(shown.exitCode).toBe(0)
    expect(shown.stdout).not.toContain('violations')
    expect(shown.stdout).toContain('"payload":{"temp":31}')
  })

  it('record --invalid skip leaves them out', async () => {
    const output = file('clean.jsonl')
    const argv = on('room/#', '--output', output, '--retained', 'only', ...contract, '--invalid', 'skip')
    expect((await outcomeOf(Record, argv)).exitCode).toBe(10)
    const [, ...lines] = readFileSync(output, 'utf8').split('\n')
    expect(channelsIn(lines.join('\n'))).toEqual(VALID)
  })
})

describe('publish --contract', () => {
  /** Publishes what is retained, and returns what the broker holds below the channel then. */
  async function publishing(channel: string, argv: string[], stdin = '') {
    const outcome = await outcomeOf(Publish, on(...argv, ...contract), { stdin })
    const held = await outcomeOf(
      Subscribe,
      on(channel, '--retained', 'only', '--format', '{channel} {payload}')
    )
    return {
      ...outcome,
      held: held.stdout
        .split('\n')
        .filter((line) => line !== '')
        .sort()
    }
  }

  it('sends what keeps it', async () => {
    const { exitCode, held } = await publishing('room/10', ['room/10', '{"temp":1.0}', '--retain'])
    expect({ exitCode, held }).toEqual({ exitCode: 0, held: ['room/10 {"temp":1.0}'] })
  })

  it('refuses what breaks it before it connects, and says why', async () => {
    const { stderr, exitCode } = await outcomeOf(Publish, [
      ...['room/11', '{"temp":31}', '-b', 'mqtt://127.0.0.1:1', ...contract]
    ])
    expect(exitCode).toBe(6)
    expect(stderr).toContain(
      `cannot publish PAYLOAD to "room/11": it breaks "${CONTRACT}": payload /temp: expected at most 30, found 31 (maximum)`
    )
  })

  it.each([
    [6, ' (required), and 1 more'],
    [12, ' (required), and more']
  ])('counts what else is wrong only where all of it is known: %i', async (count, end) => {
    writeFileSync(file('many.json'), JSON.stringify({ required: [...'abcdefghijkl'].slice(0, count) }))
    const argv = ['x', '{}', '-b', 'mqtt://127.0.0.1:1', '--schema', file('many.json')]
    const { stderr } = await outcomeOf(Publish, argv)
    expect(stderr.match(/\(required\)/g)).toHaveLength(5)
    expect(stderr).toContain(end)
  })

  it('takes a part of a file for the schema, and no stdin', async () => {
    const publish = (payload: string, schema: string) =>
      outcomeOf(Publish, ['x', payload, '-b', broker.url, '--schema', schema])
    expect((await publish('20', `${SCHEMA}#/properties/temp`)).exitCode).toBe(0)
    const wrong = await publish('31', `${SCHEMA}#/properties/temp`)
    expect(wrong).toMatchObject({
      exitCode: 6,
      stderr: expect.stringContaining(`it breaks "${SCHEMA}#/properties/temp": payload: expected at most 30`)
    })
    for (const name of ['-', 'https://example.com/a.json'])
      expect(await publish('1', name)).toMatchObject({
        exitCode: 6,
        stderr: expect.stringContaining(`cannot use "${name}": it`)
      })
  })

  it('refuses a file and a channel that is not described', async () => {
    writeFileSync(file('hot.json'), '{"temp":31}')
    const hot = await publishing('room/12', ['room/12', '-f', file('hot.json'), '--retain'])
    expect(hot.exitCode).toBe(6)
    expect(hot.stderr).toContain(`cannot publish "${file('hot.json')}" to "room/12": it breaks`)
    const elsewhere = await publishing('cellar', ['cellar', '{"temp":1}', '--retain'])
    expect(elsewhere).toMatchObject({ exitCode: 6, held: [] })
    expect(elsewhere.stderr).toContain('(channel)')
  })

  const ENVELOPES = [
    '{"channel":"room/21","payload":{"temp":1},"mqtt":{"retain":true}}',
    '{"channel":"room/22","payload":{"temp":31},"mqtt":{"retain":true}}',
    'no envelope',
    '{"channel":"room/24","payload":{"temp":4},"mqtt":{"retain":true}}'
  ].join('\n')

  it('stops a stream at the first one, after what was before it was acknowledged', async () => {
    const { stderr, exitCode, held } = await publishing('+/+', ['--json'], ENVELOPES)
    expect(exitCode).toBe(6)
    expect(
      stderr
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line))
    ).toEqual([
      {
        error: expect.objectContaining({
          code: 'contract-broken',
          line: 2,
          channel: 'room/22',
          pointer: '/temp',
          rule: 'maximum',
          acknowledged: 1
        })
      }
    ])
    expect(held).toContain('room/21 {"temp":1}')
    expect(held.join()).not.toMatch(/room\/2[24]/)
  })

  it('--skip-invalid goes on, and counts', async () => {
    const { stderr, exitCode, held } = await publishing('+/+', ['--json', '--skip-invalid'], ENVELOPES)
    expect(exitCode).toBe(0)
    expect(held).toContain('room/24 {"temp":4}')
    expect(stderr).toContain('Warning: left out 2 messages; the first one: cannot publish line 2 of stdin')
    expect(stderr).toContain('Published 2 messages')
  })

  it('--skip-invalid that leaves out everything says that nothing was published, and no more', async () => {
    const argv = ['room/30', '--lines', '--retain', '--skip-invalid']
    const { stderr, exitCode, held } = await publishing('room/30', argv, '{"temp":31}\n')
    expect({ exitCode, held }).toEqual({ exitCode: 0, held: [] })
    expect(stderr).toContain('left out 1 message')
    expect(stderr).toContain('Published 0 messages to room/30\n')
    expect(stderr).not.toContain('stdin held no message')
  })

  it('--outbox stores nothing that breaks it', async () => {
    const argv = ['room/40', '--lines', '--retain', '--outbox', file('outbox')]
    const { stderr, exitCode, held } = await publishing('room/40', argv, '{"temp":1}\n{"temp":31}\n')
    expect({ exitCode, held }).toEqual({ exitCode: 6, held: ['room/40 {"temp":1}'] })
    expect(stderr).toContain('line 2 of stdin')
  })
})

describe('channels --check', () => {
  const observe = (...argv: string[]) => outcomeOf(Channels, on('room/+', 'hall', '--for', '300ms', ...argv))

  it('checks each message, and ends with 10', async () => {
    const { stdout, stderr, exitCode } = await observe('--check', CONTRACT)
    expect(exitCode).toBe(10)
    expect(stdout.split('\n')).toEqual(
      expect.arrayContaining([
        'hall: silent: in the document, nothing came',
        'room/2: payload /temp: expected at most 30, found 31 (maximum), 1 message'
      ])
    )
    expect(stderr).toMatch(/is not what flows: 1 silent, 2 of \d messages wrong/)
  })

  it('finds a channel silent that a file beside the document describes', async () => {
    const shared = `room: { address: 'room/{number}', parameters: { number: {} } }
new: { address: new/x }
mine: { address: 'new/{id}/y', parameters: { id: {} } }
other: { address: other/x }
`
    writeFileSync(file('shared.yaml'), shared)
    const refs = ['room', 'new', 'mine', 'other'].map((name) => `${name}: { $ref: 'shared.yaml#/${name}' }`)
    const document = `asyncapi: 3.0.0
info: { title: Rooms, version: 1.0.0 }
channels: { ${refs.join(', ')}, here: { address: new/z } }
`
    writeFileSync(file('ext.yaml'), document)
    const { stdout, exitCode } = await outcomeOf(
      Channels,
      on('room/#', 'new/#', '--for', '30s', '-n', '4', '--check', file('ext.yaml'))
    )
    expect(stdout.trim().split('\n').sort()).toEqual(
      ['new/x', 'new/z', 'new/{id}/y'].map((address) => `${address}: silent: in the document, nothing came`)
    )
    expect(exitCode).toBe(10)
  })

  it('has findings as JSON, and a report', async () => {
    const report = file('channels.xml')
    const { stdout } = await observe('--check', CONTRACT, '--json', '--report', report)
    expect(jsonLines(stdout)).toEqual(
      expect.arrayContaining([
        { finding: 'silent', address: 'hall' },
        expect.objectContaining({ finding: 'broken', channel: 'room/2', rule: 'maximum', count: 1 })
      ])
    )
    const xml = readFileSync(report, 'utf8')
    expect(xml).toContain('name="hall">\n    <failure message="silent: in the document, nothing came"')
    expect(xml).toContain('name="room/1"></testcase>')
  })

  it('--report is not the recording that is read', async () => {
    const recording = file('empty.jsonl')
    writeFileSync(recording, '')
    const flags = ['--check', CONTRACT, '--recording', recording, '--report', recording]
    const { stderr, exitCode } = await outcomeOf(Channels, flags)
    expect(stderr).toContain('"--recording" is the same file')
    expect(exitCode).toBe(2)
    expect(readFileSync(recording, 'utf8')).toBe('')
  })

  it('--report needs it', async () => {
    const { stderr, exitCode } = await observe('--report', file('none.xml'))
    expect(exitCode).toBe(2)
    expect(stderr).toContain('cannot use "--report": it needs --check')
  })
})
