import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest'
import BrokerCheck from '../../src/commands/broker/check.js'
import Channels from '../../src/commands/channels.js'
import OutboxList from '../../src/commands/outbox/list.js'
import OutboxSend from '../../src/commands/outbox/send.js'
import Publish from '../../src/commands/publish.js'
import Record from '../../src/commands/record.js'
import Replay from '../../src/commands/replay.js'
import Subscribe from '../../src/commands/subscribe.js'
import { InventedBroker } from '../support/invented-protocol.js'
import { textMessage } from '../support/memory-connection.js'
import { MemoryIo } from '../support/memory-io.js'
import { outcomeOf, runCommand } from '../support/run-command.js'

// A protocol that has no MQTT binding, divides levels by ".", knows keys and messages without a payload, and lists its channels.

const folder = mkdtempSync(join(tmpdir(), 'tidings-invented-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let broker: InventedBroker
beforeEach(() => {
  broker = new InventedBroker()
})

type Command = Parameters<typeof outcomeOf>[0]
const run = (command: Command, args: string[], stdin: string | Uint8Array = '') =>
  outcomeOf(command, [...args, '--broker', 'drum://hill'], { stdin }, broker.transports)

/** Runs an endless command while `work` is done, which begins once it listens. */
async function during(command: Command, args: string[], work: () => Promise<unknown>): Promise<MemoryIo> {
  const world = new MemoryIo({ stdin: '' })
  const running = runCommand(command, [...args, '--broker', 'drum://hill'], world, broker.transports)
  await broker.subscribed()
  await work()
  await running
  return world
}

const linesOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

describe('publish', () => {
  test('spells a channel as the protocol does, and sends what every protocol has', async () => {
    const { exitCode, stderr } = await run(Publish, [
      'plant/1/temp',
      '{"n":1}',
      '--header',
      'b=2',
      '--header',
      'a=1',
      '--response-channel',
      'answers/me',
      '--correlation',
      'c1'
    ])
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('plant.1.temp')
    })
    expect(broker.published).toEqual([
      {
        channel: 'plant.1.temp',
        payload: new Uint8Array(Buffer.from('{"n":1}')),
        headers: [
          ['b', '2'],
          ['a', '1']
        ],
        contentType: 'application/json',
        isContentTypeImplied: true,
        responseChannel: 'answers.me',
        correlation: Buffer.from('c1')
      }
    ])
  })

  test('refuses what the protocol lacks before it connects, with the reason and what to do instead', async () => {
    for (const [flags, why, suggestion] of [
      [['--retain'], '"--retain" with drum://: drums keep no last values', 'leave it out'],
      [['--qos', '2'], '"--qos 2" with drum://: a drum may beat twice', 'use --qos 1'],
      [['--expiry', '1m'], '"--expiry" with drum://: drums forget nothing', 'leave out --expiry'],
      [['--will-channel', 'x'], '"--will-channel" with drum://', 'leave it out'],
      [['--protocol', '5'], '"--protocol" with drum://: there is one version', 'leave it out']
    ] as const) {
      const { exitCode, stderr } = await run(Publish, ['a', 'x', ...flags])
      expect({ flags, exitCode, stderr }).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(why) })
      expect(stderr).toContain(suggestion)
    }
    expect(broker.connections).toEqual([])
  })

  test('sets a priority, which counts less than that of an envelope', async () => {
    await run(Publish, ['a', 'x', '--priority', '7'])
    await run(Publish, ['--json', '--priority', '7'], '{"channel":"a","payload":1,"amqp":{"priority":1}}')
    expect(broker.published.map(({ amqp }) => amqp?.priority)).toEqual([7, 1])
    expect(await run(Publish, ['a', 'x', '--priority', '256'])).toMatchObject({ exitCode: 2 })
  })

  test('asks the protocol which channels there are', async () => {
    const wildcard = await run(Publish, ['a.!', 'x'])
    expect(wildcard).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('it holds a wildcard') })
    const long = await run(Publish, ['a'.repeat(41), 'x'])
    expect(long).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('longer than 40 characters') })
  })

  test('sends keys, times, bytes and messages without a payload from envelope lines', async () => {
    const lines = [
      '{"channel":"a.b","key":"k1","payload":{"n":1.0},"sourceTime":"2026-11-28T00:00:00.000001Z"}',
      '{"channel":"a.b","key":{"base64":"/w=="},"payload":null,"encoding":"null"}',
      '{"channel":"a.b","payload":"","encoding":"text","headers":[["x","1"],["y",{"base64":"/w=="}],["x","2"]]}'
    ]
    expect(await run(Publish, ['--json'], lines.join('\n'))).toMatchObject({ exitCode: 0 })
    expect(broker.published).toMatchObject([
      { key: 'k1', payload: new Uint8Array(Buffer.from('{"n":1.0}')), sourceTime: 1_795_824_000_000_001 },
      { key: Buffer.from([0xff]), payload: null },
      {
        payload: new Uint8Array(),
        headers: [
          ['x', '1'],
          ['y', Buffer.from([0xff])],
          ['x', '2']
        ]
      }
    ])
  })

  test('drops what a line has and the protocol lacks, and says so once; with --strict it is bad input at that line', async () => {
    const lines = [
      '{"channel":"a","payload":1,"expiry":5}',
      '{"channel":"a","payload":2,"mqtt":{"qos":2,"retain":true,"expiry":7}}'
    ].join('\n')
    const { exitCode, stderr } = await run(Publish, ['--json'], lines)
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('dropped 2 expiries: drums forget nothing')
    })
    expect(stderr).toContain('dropped a retain flag: drums keep no last values')
    expect(stderr).toContain('dropped a QoS of 2: a drum may beat twice')
    expect(broker.published).toHaveLength(2)

    const strict = await run(Publish, ['--json', '--strict'], lines)
    expect(strict).toMatchObject({
      exitCode: 6,
      stderr: expect.stringContaining('line 1 of stdin: it has an expiry, and drums forget nothing')
    })
    expect(broker.published).toHaveLength(2)
  })

  test('ends with 4 for what the broker refuses', async () => {
    broker.forbidden.add('secret')
    expect(await run(Publish, ['secret', 'x'])).toMatchObject({ exitCode: 4 })
  })
})

describe('subscribe', () => {
  test('takes + and #, or the protocol’s own wildcards, and writes envelopes without MQTT', async () => {
    const world = await during(Subscribe, ['plant/!/temp', 'other.#', '--json', '--count', '3'], () =>
      run(
        Publish,
        ['--json'],
        [
          '{"channel":"plant.1.temp","key":"k","payload":{"a":1}}',
          '{"channel":"plant.1.state","payload":0}',
          '{"channel":"other.x.y","payload":null,"encoding":"null"}',
          '{"channel":"other","payload":"text","encoding":"text"}'
        ].join('\n')
      )
    )
    expect(world.exitCode).toBe(0)
    expect(linesOf(world.stdout.text)).toEqual([
      {
        channel: 'plant.1.temp',
        time: '2023-11-14T22:13:20.000000Z',
        key: 'k',
        payload: { a: 1 },
        encoding: 'json'
      },
      { channel: 'other.x.y', time: '2023-11-14T22:13:20.000000Z', payload: null, encoding: 'null' },
      { channel: 'other', time: '2023-11-14T22:13:20.000000Z', payload: 'text', encoding: 'text' }
    ])
    expect(world.stderr.text).toContain('(Drum 1)')
    expect(broker.acknowledged).toBe(3)
  })

  test('hands the session and the group to the protocol', async () => {
    await during(Subscribe, ['a', '--session', 'billing', '--group', 'g', '--count', '1'], () =>
      run(Publish, ['a', 'x'])
    )
    expect(broker.connections[0]).toMatchObject({ session: 'billing' })
  })

  test('shows messages to people', async () => {
    const world = await during(Subscribe, ['#', '--count', '2'], () =>
      run(
        Publish,
        ['--json'],
        [
          '{"channel":"a.b","key":"k1","payload":{"n":1},"contentType":"x/y"}',
          '{"channel":"a.b","payload":null,"encoding":"null"}'
        ].join('\n')
      )
    )
    expect(world.stdout.text).toContain('k1')
    expect(world.stdout.text).toContain('(no payload)')
    expect(world.stdout.text).not.toContain('QoS')
  })
})

describe('a contract', () => {
  const document = join(folder, 'plant.yaml')
  const reading = '{ contentType: application/json, payload: { type: object, required: [n] } }'
  writeFileSync(
    document,
    `asyncapi: 3.0.0\nchannels: { temp: { address: 'plant/{id}/temp', messages: { reading: ${reading} } } }\n`
  )

  test('may divide levels otherwise than the protocol', async () => {
    const contract = ['--contract', document]
    expect(await run(Publish, ['plant/1/temp', '{"n":1}', ...contract])).toMatchObject({ exitCode: 0 })
    expect(await run(Publish, ['plant.1.temp', '{"m":1}', ...contract])).toMatchObject({
      exitCode: 6,
      stderr: expect.stringContaining('payload: expected the member "n", found nothing (required)')
    })
    expect(broker.published.map(({ channel }) => channel)).toEqual(['plant.1.temp'])
  })

  test('is checked with what is received', async () => {
    const argv = ['plant/!/temp', '--contract', document, '--count', '2', '--json']
    const { exitCode, stdout } = await during(Subscribe, argv, () =>
      run(
        Publish,
        ['--json'],
        '{"channel":"plant.1.temp","payload":{"n":1}}\n{"channel":"plant.2.temp","payload":{"m":1}}\n'
      )
    )
    expect(exitCode).toBe(10)
    expect(linesOf(stdout.text).map(({ violations }) => violations?.[0].rule)).toEqual([
      undefined,
      'required'
    ])
  })
})

describe('what the broker keeps', () => {
  const queue = '_queue_orders'
  const lines = ['1', '2', '3'].map((n) => `{"channel":"a.b","payload":${n}}`).join('\n')
  const payloadsOf = (text: string) => linesOf(text).map(({ payload }) => payload)

  beforeEach(async () => {
    await run(Publish, ['--json'], lines)
    broker.queues.set(
      queue,
      ['order.created', 'order.paid'].map((channel) => ({ ...textMessage(channel), mqtt: undefined }))
    )
  })

  test.each([
    ['beginning', [1, 2, 3]],
    ['1', [2, 3]],
    ['-1', [3]],
    ['latest', []]
  ])('is shown from %s, and until its end', async (from, payloads) => {
    const { exitCode, stdout } = await run(Subscribe, ['a.b', '--from', from, '--until-end', '--json'])
    expect({ exitCode, payloads: stdout === '' ? [] : payloadsOf(stdout) }).toEqual({ exitCode: 0, payloads })
  })

  test.each([
    [['--where', 'payload > 1'], 0],
    [['--where', 'payload > 3'], 7],
    [['--from', 'latest', '--where', 'payload > 3'], 7],
    [['--from', 'latest', '--count', '1'], 7],
    [['--count', '3'], 0],
    [['--count', '4'], 8],
    [['--where', 'payload > 1', '--count', '3'], 8]
  ])('until its end, read with %j, ends with %i', async (flags, exitCode) => {
    const from = flags.includes('--from') ? [] : ['--from', 'beginning']
    expect(await run(Subscribe, ['a.b', ...from, ...flags, '--until-end'])).toMatchObject({ exitCode })
    const file = ['--output', join(folder, `until-${flags.join('-')}.jsonl`)]
    expect(await run(Record, ['a.b', ...file, ...from, ...flags, '--until-end'])).toMatchObject({ exitCode })
  })

  test('is compared with the one before of its key by --changed', async () => {
    const said = ['k 1', 'l 1', 'k 1', 'l 2', 'k 1'].map((text) => text.split(' '))
    const lines = said.map(([key, n]) => `{"channel":"c.d","key":"${key}","payload":${n}}`)
    await run(Publish, ['--json'], lines.join('\n'))
    const { stdout } = await run(Subscribe, [
      'c.d',
      '--from',
      'beginning',
      '--until-end',
      '--changed',
      '--json'
    ])
    expect(linesOf(stdout).map(({ key, payload }) => [key, payload])).toEqual([
      ['k', 1],
      ['l', 1],
      ['l', 2]
    ])
  })

  test('is followed by what is published later, where no end was asked for', async () => {
    const world = await during(Subscribe, ['a.b', '--from', '-2', '--json', '--count', '3'], () =>
      run(Publish, ['a.b', '4'])
    )
    expect(payloadsOf(world.stdout.text)).toEqual([2, 3, 4])
  })

  test('is recorded until its end', async () => {
    const path = join(folder, 'history.jsonl')
    expect(await run(Record, ['a.#', '-o', path, '--from', 'beginning', '--until-end'])).toMatchObject({
      exitCode: 0
    })
    expect(linesOf(readFileSync(path, 'utf8'))).toHaveLength(4)
  })

  test('says which channels there are', async () => {
    const { exitCode, stdout } = await run(Channels, ['a.#', '--from', 'beginning', '--until-end', '--json'])
    expect({ exitCode, lines: linesOf(stdout) }).toMatchObject({
      exitCode: 0,
      lines: [{ channel: 'a.b', count: 3, live: 0 }]
    })
  })

  test('in a queue goes to its subscriber, also beside patterns that match every channel', async () => {
    const { exitCode, stdout } = await run(Subscribe, ['#', queue, '--until-end', '--json'])
    expect(exitCode).toBe(0)
    expect(linesOf(stdout).map(({ channel }) => channel)).toEqual(['order.created', 'order.paid'])
    expect(broker.queues.get(queue)).toEqual([])
  })

  test('in a queue is counted and recorded, whatever its channels are called', async () => {
    const path = join(folder, 'queue.jsonl')
    expect(await run(Record, [queue, '-o', path, '--count', '1'])).toMatchObject({ exitCode: 0 })
    expect(linesOf(readFileSync(path, 'utf8')).slice(1)).toMatchObject([{ channel: 'order.created' }])
    expect(broker.queues.get(queue)).toMatchObject([{ channel: 'order.paid' }])
  })

  test('in a queue can be looked at: all of it stays there', async () => {
    const { exitCode, stdout } = await run(Subscribe, [queue, '--browse', '--json'])
    expect(exitCode).toBe(0)
    expect(linesOf(stdout).map(({ channel }) => channel)).toEqual(['order.created', 'order.paid'])
    expect(broker.queues.get(queue)).toHaveLength(2)
  })

  test('in a queue stays there when its channels are listed', async () => {
    const { exitCode, stdout } = await run(Channels, [queue, '--until-end', '--no-parameters', '--json'])
    expect(exitCode).toBe(0)
    expect(linesOf(stdout).filter(({ count }) => count > 0)).toMatchObject([
      { channel: 'order.created', count: 1 },
      { channel: 'order.paid', count: 1 }
    ])
    expect(broker.queues.get(queue)).toHaveLength(2)
  })

  test('is looked at for nobody in particular', async () => {
    for (const flags of [
      ['--session', 's'],
      ['--group', 'g'],
      ['--from', 'latest']
    ])
      expect(await run(Subscribe, [queue, '--browse', ...flags])).toMatchObject({ exitCode: 2 })
  })
})

describe('record, replay and channels', () => {
  const traffic = [
    '{"channel":"plant.1.temp","key":"k","payload":{"t":20.50}}',
    '{"channel":"plant.2.temp","payload":{"t":21}}',
    '{"channel":"plant.3.temp","payload":{"t":22}}',
    '{"channel":"note/7","payload":null,"encoding":"null"}'
  ].join('\n')

  async function recorded(name: string): Promise<string> {
    const path = join(folder, name)
    const args = ['#', '--output', path, '--count', '4']
    const world = await during(Record, args, () => run(Publish, ['--json'], traffic))
    expect(world.exitCode).toBe(0)
    return path
  }

  test('what was recorded is replayed as it was', async () => {
    const path = await recorded('as-it-was.jsonl')
    const [header, ...entries] = linesOf(readFileSync(path, 'utf8'))
    expect(header.recording).toMatchObject({ version: 2, broker: 'drum://hill', patterns: ['#'] })
    expect(entries).toHaveLength(4)
    const sent = broker.published.splice(0)
    expect(await run(Replay, [path, '--speed', 'max'])).toMatchObject({ exitCode: 0 })
    expect(broker.published.map(({ time, ...message }) => message)).toEqual(sent)
  })

  test('channels of a recording are named as its broker names them', async () => {
    const path = await recorded('named.jsonl')
    broker.published.length = 0
    const args = [
      path,
      '--speed',
      'max',
      '--channel',
      'plant.!.temp',
      '--map',
      'plant.+.temp -> copy.+',
      '--count',
      '2'
    ]
    expect(await run(Replay, args)).toMatchObject({ exitCode: 0 })
    expect(broker.published.map(({ channel }) => channel)).toEqual(['copy.1', 'copy.2'])

    vi.stubEnv('TIDINGS_BROKER', 'drum://hill')
    const argv = ['plant/#', '--recording', path, '--json']
    const listed = await outcomeOf(Channels, argv, { stdin: '' }, broker.transports)
    vi.unstubAllEnvs()
    expect(listed.exitCode).toBe(0)
    const addresses = linesOf(listed.stdout).map(({ address }) => address)
    expect([...new Set(addresses)]).toEqual(['plant.{plant_id}.temp'])
  })

  test('replayed over MQTT, levels stay levels, and what MQTT lacks is told', async () => {
    const path = await recorded('to-mqtt.jsonl')
    const args = [path, '--broker', 'mqtt://127.0.0.1:1', '--dry-run', '--speed', 'max', '--skip-invalid']
    const { stdout, stderr, exitCode } = await outcomeOf(Replay, args, { stdin: '' }, broker.transports)
    expect(exitCode).toBe(0)
    expect(stdout).toContain('plant/1/temp')
    expect(stderr).toContain('dropped a key: MQTT has no message keys')
  })

  test('channels lists what the broker knows, also where nothing flows', async () => {
    broker.known.push('quiet.place', '_hidden')
    const world = await during(Channels, ['#', '--count', '3', '--json'], () =>
      run(Publish, ['--json'], traffic)
    )
    expect(world.exitCode).toBe(0)
    const lines = linesOf(world.stdout.text)
    expect(new Set(lines.map(({ address, channel }) => address ?? channel))).toEqual(
      new Set(['plant.{plant_id}.temp', 'quiet.place'])
    )
    expect(lines.find(({ channel }) => channel === 'quiet.place')).toMatchObject({ count: 0 })
  })

  test('a filter knows the levels of the protocol, and null payloads; what is left out was taken, too', async () => {
    const where = 'levels[1] == "2" && key == null || payload == null'
    const world = await during(Subscribe, ['#', '--where', where, '--count', '2', '--json'], () =>
      run(
        Publish,
        ['--json'],
        [
          '{"channel":"plant.1","payload":1}',
          '{"channel":"plant.2","payload":2,"key":"k"}',
          '{"channel":"plant.2","payload":3}',
          '{"channel":"plant.3","payload":null,"encoding":"null"}'
        ].join('\n')
      )
    )
    expect(world.exitCode).toBe(0)
    expect(linesOf(world.stdout.text).map(({ payload }) => payload)).toEqual([3, null])
    expect(broker.acknowledged).toBe(4)
  })

  test('channels with a filter lists those alone of which a message matches', async () => {
    broker.known.push('quiet.place')
    const world = await during(Channels, ['#', '--where', 'payload > 1', '--count', '1', '--json'], () =>
      run(Publish, ['--json'], '{"channel":"a.c","payload":1}\n{"channel":"a.b","payload":2}')
    )
    expect(linesOf(world.stdout.text)).toMatchObject([{ channel: 'a.b', count: 1 }])
  })

  test('an AsyncAPI document has the protocol’s server, addresses with its separator, and no binding of MQTT', async () => {
    const path = join(folder, 'asyncapi.json')
    const args = ['#', '--count', '4', '--asyncapi', path]
    const world = await during(Channels, args, () => run(Publish, ['--json'], traffic))
    expect(world.exitCode).toBe(0)
    const text = readFileSync(path, 'utf8')
    expect(JSON.parse(text)).toMatchObject({ servers: { broker: { host: 'hill', protocol: 'drum' } } })
    expect(text).toContain('plant.{plant_id}.temp')
    expect(text).not.toContain('mqtt')
  })
})

describe('outbox', () => {
  test('keeps messages while the broker is away, and sends them later', async () => {
    const box = join(folder, 'box')
    broker.isAway = true
    const line = '{"channel":"a/b","key":"k","payload":null,"encoding":"null"}'
    const stored = await run(Publish, ['--json', '--outbox', box], line)
    expect(stored.exitCode).toBe(0)
    const listed = await outcomeOf(OutboxList, [box, '--json'])
    expect(JSON.parse(listed.stdout)).toMatchObject({ channel: 'a.b', key: 'k', payload: null })
    broker.isAway = false
    expect(await run(OutboxSend, [box])).toMatchObject({ exitCode: 0 })
    expect(broker.published).toMatchObject([{ channel: 'a.b', key: 'k', payload: null }])
  })
})

test('broker check asks what the protocol asks', async () => {
  const { exitCode, stdout, stderr } = await outcomeOf(
    BrokerCheck,
    ['drum://hill'],
    { stdin: '' },
    broker.transports
  )
  expect({ exitCode, stdout }).toEqual({
    exitCode: 0,
    stdout: 'Broker: drum://hill\nEcho:   yes\n'
  })
  expect(stderr).toContain('drums are loud')
})

test('brokers of two protocols are a usage error', async () => {
  const args = ['a', 'x', '--broker', 'drum://hill,mqtt://127.0.0.1']
  const { exitCode, stderr } = await outcomeOf(Publish, args, { stdin: '' }, broker.transports)
  expect({ exitCode, stderr }).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('different protocols')
  })
})
