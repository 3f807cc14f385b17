import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { recordingOf } from '../../src/cli/flags/channels-source.js'
import Channels from '../../src/commands/channels.js'
import Publish from '../../src/commands/publish.js'
import { parseEnvelope } from '../../src/core/envelope/envelope.js'
import { countingTransports } from '../support/counting-transports.js'
import { startEmbeddedBroker, type TestBroker } from '../support/embedded-broker.js'
import { MemoryIo } from '../support/memory-io.js'
import { outcomeOf, runCommand } from '../support/run-command.js'

const DEVICES = new URL('../fixtures/devices/', import.meta.url).pathname
const zigbee = join(DEVICES, 'zigbee2mqtt.jsonl')
const tasmota = join(DEVICES, 'tasmota.jsonl')

let folder: string
let broker: TestBroker
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tidings-channels-'))
  broker = await startEmbeddedBroker()
  const kept = ['0001', '0002', '0003'].map(
    (id) => `{"channel":"device/${id}/temp","payload":{"c":21.50},"mqtt":{"qos":1,"retain":true}}\n`
  )
  const lines = [
    ...kept,
    '{"channel":"status","payload":"up","encoding":"text","mqtt":{"qos":0,"retain":true}}\n'
  ].join('')
  const published = await outcomeOf(Publish, ['--json', '-b', broker.url], { stdin: lines })
  expect(published).toMatchObject({ exitCode: 0 })
})
afterAll(async () => {
  await broker.stop()
  rmSync(folder, { recursive: true, force: true })
})

const file = (name: string) => join(folder, name)
const channels = (...argv: string[]) => outcomeOf(Channels, argv)

describe('tidings channels on a broker', () => {
  const cells = (stdout: string) =>
    stdout.split('\n').map((line) => line.replace(/ {2,}/g, '|').replace(/\|[^|]* m?s\|/, '|AGE|'))

  test('lists which channels have something retained at once', async () => {
    const { stdout, stderr, exitCode } = await channels('-b', broker.url, '--count', '4')
    expect(exitCode).toBe(0)
    expect(cells(stdout)).toEqual([
      'channel|messages|rate|bytes|age|payload',
      'device/0001/temp|1|0.0/s|11 bytes|AGE|json|retained',
      'device/0002/temp|1|0.0/s|11 bytes|AGE|json|retained',
      'device/0003/temp|1|0.0/s|11 bytes|AGE|json|retained',
      'status|1|0.0/s|2 bytes|AGE|text|retained',
      ''
    ])
    expect(stderr).toMatch(/^Subscribed to # at mqtt:.*\n4 channels, 4 messages, 35 bytes in .*\n$/)
  })

  test('takes what differs in one level together with --parameters', async () => {
    const { stdout } = await channels('-b', broker.url, '--count', '4', '--parameters')
    expect(cells(stdout).slice(1)).toEqual([
      'device/{device_id}/temp (3)|3|0.0/s|33 bytes|AGE|json|retained',
      'status|1|0.0/s|2 bytes|AGE|text|retained',
      ''
    ])
  })

  test('takes together what the user marks, and nothing else', async () => {
    const { stdout } = await channels('-b', broker.url, '--count', '4', '-p', 'device/{room}/temp')
    expect(stdout).toContain('device/{room}/temp (3)')
  })

  test('asks only for what was named', async () => {
    const { stdout } = await channels('device/+/temp', '-b', broker.url, '--count', '3')
    expect(stdout).toContain('device/0002/temp')
    expect(stdout).not.toContain('status')
  })

  test('sees no QoS where only retained messages came, which a broker may send at QoS 0', async () => {
    const { stdout } = await channels('-b', broker.url, '--count', '4', '--json')
    const seen = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(seen.map(({ channel, qos }) => [channel, qos])).toEqual([
      ['device/0001/temp', []],
      ['device/0002/temp', []],
      ['device/0003/temp', []],
      ['status', []]
    ])
  })

  test('a document names the broker as its server', async () => {
    const { stdout, exitCode } = await channels('-b', broker.url, '--count', '4', '--asyncapi', '-')
    expect(exitCode).toBe(0)
    expect(stdout).toContain(`host: 127.0.0.1:${broker.port}\n    protocol: mqtt\n`)
    expect(stdout).toContain('c: 21.50')
  })

  test('ends with 7 if nothing was seen in the time', async () => {
    const { stdout, stderr, exitCode } = await channels('quiet', '-b', broker.url, '--for', '10ms')
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 7 })
    expect(stderr).toContain('saw no message on "quiet"')
  })

  test('shows what it has when it is interrupted, and ends with 0', async () => {
    const world = new MemoryIo()
    const ended = runCommand(Channels, ['-b', broker.url, '--for', '1h'], world)
    await world.stderr.contains('Subscribed')
    world.interrupt()
    await ended
    expect(world.exitCode).toBe(0)
    expect(world.stdout.text === '' || world.stdout.text.startsWith('channel')).toBe(true)
  })
})

test('interrupted before anything was seen, it writes no document and ends with 0', async () => {
  const world = new MemoryIo()
  const ended = runCommand(Channels, ['quiet', '-b', broker.url, '--asyncapi', file('empty.yaml')], world)
  await world.stderr.contains('Subscribed')
  world.interrupt()
  await ended
  expect(world.exitCode).toBe(0)
  expect(() => statSync(file('empty.yaml'))).toThrow()
})

describe('tidings channels --recording', () => {
  test('prints a tree of channels', async () => {
    const { stdout } = await channels('--recording', tasmota, '--tree')
    const labels = stdout.split('\n').map((line) => line.trimEnd().split(/(?<=\S) {2,}/)[0])
    expect(labels.slice(0, 4)).toEqual([
      'channel',
      'cmnd/',
      expect.stringMatching(/^ {2}tasmota_.*\/$/),
      '    POWER'
    ])
    expect(stdout).not.toContain('{')
  })

  test('prints a tree of what is taken together', async () => {
    const { stdout } = await channels('--recording', tasmota, '--tree', '--parameters')
    expect(stdout.split('\n').map((line) => line.trimEnd().split(/(?<=\S) {2,}/)[0])).toEqual([
      'channel',
      'cmnd/',
      '  {tasmota_id}/',
      '    POWER (3)',
      '    STATUS (3)',
      'stat/',
      '  {tasmota_id}/',
      '    POWER (3)',
      '    RESULT (3)',
      '    STATUS8 (3)',
      'tele/',
      '  {tasmota_id}/',
      '    INFO1 (3)',
      '    INFO2 (3)',
      '    INFO3 (3)',
      '    LWT (3)',
      '    SENSOR (3)',
      '    STATE (3)',
      ''
    ])
  })

  test.each([
    ['count', 'tele/{tasmota_id}/SENSOR'],
    ['bytes', 'tele/{tasmota_id}/STATE'],
    ['age', 'tele/{tasmota_id}/LWT'],
    ['name', 'cmnd/{tasmota_id}/POWER']
  ])('sorts by %s', async (order, first) => {
    const { stdout } = await channels('--recording', tasmota, '--sort', order, '--parameters')
    expect(stdout.split('\n')[1]).toContain(first)
  })

  test('writes a line of JSON for each channel, with an example that can be published again', async () => {
    const { stdout } = await channels('--recording', zigbee, '--json', 'zigbee2mqtt/+')
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines).toHaveLength(6)
    expect(lines[0]).toMatchObject({
      channel: 'zigbee2mqtt/0x00158d0001a2b3c4',
      address: 'zigbee2mqtt/{zigbee2mqtt_id}',
      parameters: { zigbee2mqtt_id: '0x00158d0001a2b3c4' },
      count: 10,
      kinds: ['json'],
      retained: false,
      schema: { type: 'object' }
    })
    expect(parseEnvelope(Buffer.from(JSON.stringify(lines[0].example))).channel).toBe(
      'zigbee2mqtt/0x00158d0001a2b3c4'
    )
  })

  test('writes a JSON Schema for each channel that carries JSON', async () => {
    const { stdout } = await channels('--recording', tasmota, '--schema')
    const titles = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).title)
    expect(titles).toEqual([
      'cmnd/{tasmota_id}/STATUS',
      'stat/{tasmota_id}/RESULT',
      'stat/{tasmota_id}/STATUS8',
      'tele/{tasmota_id}/INFO1',
      'tele/{tasmota_id}/INFO2',
      'tele/{tasmota_id}/INFO3',
      'tele/{tasmota_id}/SENSOR',
      'tele/{tasmota_id}/STATE'
    ])
  })

  test('a parameter that the user names', async () => {
    const { stdout } = await channels(
      '--recording',
      zigbee,
      '--schema',
      '-p',
      'zigbee2mqtt/bridge/{what}',
      '--no-parameters'
    )
    expect(stdout).toContain('"title":"zigbee2mqtt/bridge/{what}"')
    expect(stdout).not.toContain('zigbee2mqtt/bridge/info')
  })

  test('says what it left out', async () => {
    const { stderr } = await channels('--recording', tasmota, '--max-channels', '2')
    expect(stderr).toContain('messages were on channels beyond the maximum')
  })

  test('a line that is no message is bad input, with its place', async () => {
    writeFileSync(file('broken.jsonl'), '{"channel":"a","payload":1}\n{"channel":\n')
    const { stderr, exitCode } = await channels('--recording', file('broken.jsonl'))
    expect(exitCode).toBe(6)
    expect(stderr).toContain('broken.jsonl", line 2:')
  })

  test('a recording without a message of that kind ends with 7', async () => {
    const { exitCode, stderr } = await channels('--recording', tasmota, 'other/#')
    expect(exitCode).toBe(7)
    // A recording has all the time that it will ever have.
    expect(stderr).toContain('Try: see what it holds: tidings record --verify')
  })
})

describe('a recording that is named as in version 0.1, by --from', () => {
  const DEPRECATED = 'Warning: --from FILE is deprecated: use --recording FILE\n'

  test('is taken, with a warning that is told even when quiet', async () => {
    const now = await channels('--recording', tasmota, '--json', '--quiet')
    expect(now).toMatchObject({ exitCode: 0, stderr: '' })
    expect(now.stdout).not.toBe('')
    expect(await channels('--from', tasmota, '--json', '--quiet')).toEqual({ ...now, stderr: DEPRECATED })
  })

  test.each([
    ['-b', 'mqtt://127.0.0.1:1', 'broker'],
    ['--for', '5s', 'for'],
    ['--client-id', 'x', 'client-id']
  ])('is read in place of a broker, and %s is told to be ignored', async (flag, value, name) => {
    const { exitCode, stderr } = await channels('--from', tasmota, '--json', flag, value)
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining(
        `Warning: --${name} is ignored: --from names a recording, and no broker is asked\n`
      )
    })
  })

  test('is stdin for -', async () => {
    const stdin = '{"channel":"a","payload":1}\n'
    const { exitCode, stdout, stderr } = await outcomeOf(Channels, ['--from', '-', '--schema'], { stdin })
    expect({ exitCode, stdout }).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('"title":"a"')
    })
    expect(stderr).toContain(DEPRECATED)
  })

  test('is a usage error where there is no such file, before anything is connected to', async () => {
    const { opened, transports } = countingTransports()
    const argv = ['--from', file('nowhere.jsonl'), '-b', broker.url]
    const { exitCode, stderr } = await outcomeOf(Channels, argv, {}, transports)
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(
        'there is no such file\n  Try: a recording is named by --recording FILE'
      )
    })
    expect(opened()).toBe(0)
  })

  test.each(['beginning', '-10', '1500', '2023-11-14', 'end'])(
    'is not the file "%s": that is a position, and the file needs a path',
    (position) => {
      const named = (from: string) =>
        recordingOf([], { from, recording: undefined }, new Set(), () => undefined)
      writeFileSync(file(position), '')
      const place = process.cwd()
      process.chdir(folder)
      try {
        expect(named(position)).toBeUndefined()
        expect(named(`./${position}`)).toBe(`./${position}`)
      } finally {
        process.chdir(place)
      }
    }
  )

  test('cannot be named both ways', async () => {
    const { exitCode, stderr } = await channels('--from', tasmota, '--recording', zigbee)
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('--recording')
    })
  })
})

test('a recording that is not there is bad input, and nothing is connected to', async () => {
  const { opened, transports } = countingTransports()
  const { exitCode, stderr } = await outcomeOf(
    Channels,
    ['--recording', file('nowhere.jsonl')],
    {},
    transports
  )
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 6, stderr: expect.stringContaining('no such file') })
  expect(opened()).toBe(0)
})

test('a recording connects to nothing', async () => {
  const { opened, transports } = countingTransports()
  expect(await outcomeOf(Channels, ['--recording', tasmota], {}, transports)).toMatchObject({ exitCode: 0 })
  expect(opened()).toBe(0)
})

test.each([
  ['-b', 'mqtt://h', '--broker'],
  ['--for', '1s', '--for'],
  ['--username', 'ada', '--username']
])('a recording is no broker: %s %s is a usage error', async (flag, value, named) => {
  const { exitCode, stderr } = await channels('--recording', tasmota, flag, value)
  expect(exitCode).toBe(2)
  expect(stderr).toContain(`cannot use "${named}" with "--recording"`)
})

test('a recording that is named as a channel is answered with how to read it', async () => {
  const named = await channels('-b', broker.url, '--for', '100ms', 'traffic.jsonl.gz')
  expect(named.stderr).toContain(
    'Warning: "traffic.jsonl.gz" is taken for a channel; a recording of that name is read by --recording traffic.jsonl.gz\n'
  )
  const noExtension = file('traffic')
  writeFileSync(noExtension, '{"channel":"a","payload":1}\n')
  const found = await channels('-b', broker.url, '--for', '100ms', noExtension, 'plant')
  expect(found.stderr).toContain('is taken for a channel')
  expect(found.stderr.match(/taken for a channel/g)).toHaveLength(1)
})

test('a schema that is named behind --schema is told to be taken for a channel', async () => {
  const { stderr } = await channels('-b', broker.url, '--for', '100ms', '--schema', 'user.json')
  expect(stderr).toContain(
    '--schema of this command shows schemas, and takes no file; --check FILE checks messages'
  )
})

test('--contract of other commands is answered with --check', async () => {
  const { exitCode, stderr } = await channels('--contract', 'a.yaml')
  expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining('Try: --check FILE') })
})

describe('tidings channels --asyncapi and --check', () => {
  test.each(['house.yaml', 'house.json'])('writes %s, brings it up to date, and checks it', async (name) => {
    expect((await channels('--recording', zigbee, '--asyncapi', file(name))).exitCode).toBe(0)
    expect(await channels('--recording', zigbee, '--check', file(name))).toMatchObject({
      exitCode: 0,
      stdout: ''
    })

    const differing = await channels('--recording', tasmota, '--check', file(name))
    expect(differing.exitCode).toBe(10)
    expect(differing.stdout).toContain('zigbee2mqtt/bridge/info: silent')
    expect(differing.stdout).toContain('tele/{tasmota_id}/STATE: not documented')
    expect(differing.stderr).toContain('11 silent, 11 not documented')

    const updated = await channels('--recording', tasmota, '--asyncapi', file(name))
    expect(updated.stderr).toContain(`Wrote "${file(name)}": 0 known, 11 new, 11 silent`)
    expect(
      (await channels('--recording', tasmota, '--check', file(name), 'tele/#', 'cmnd/#', 'stat/#')).exitCode
    ).toBe(0)
  })

  test('JSON is JSON', async () => {
    await channels('--recording', zigbee, '--asyncapi', file('a.json'))
    expect(JSON.parse(readFileSync(file('a.json'), 'utf8')).asyncapi).toBe('3.0.0')
  })

  test('a check changes nothing', async () => {
    await channels('--recording', zigbee, '--asyncapi', file('same.yaml'))
    const before = [readFileSync(file('same.yaml'), 'utf8'), statSync(file('same.yaml')).mtimeMs]
    await channels('--recording', tasmota, '--check', file('same.yaml'))
    expect([readFileSync(file('same.yaml'), 'utf8'), statSync(file('same.yaml')).mtimeMs]).toEqual(before)
  })

  test('nothing seen writes nothing', async () => {
    expect(
      (await channels('--recording', tasmota, 'other/#', '--asyncapi', file('none.yaml'))).exitCode
    ).toBe(7)
    expect(() => statSync(file('none.yaml'))).toThrow()
  })

  test.each([
    ['missing.yaml', undefined, 'no such file'],
    ['broken.yaml', 'a: [', 'cannot use'],
    ['broken.json', '{"a":', 'it is no JSON'],
    ['old.yaml', 'asyncapi: 1.2.0', 'it is of AsyncAPI "1.2.0", and versions 2 and 3 can be checked'],
    ['binary.yaml', Buffer.from([0xff, 0xfe]), 'it is not UTF-8 text']
  ])('%s cannot be checked, and is named', async (name, content, why) => {
    if (content !== undefined) writeFileSync(file(name), content)
    const { exitCode, stderr } = await channels('--recording', tasmota, '--check', file(name))
    expect(exitCode).toBe(6)
    expect(stderr).toContain(name)
    expect(stderr).toContain(why)
  })

  test('a place that cannot be written to is an output failure', async () => {
    const { exitCode, stderr } = await channels(
      '--recording',
      tasmota,
      '--asyncapi',
      file('no/such/folder/a.yaml')
    )
    expect(exitCode).toBe(9)
    expect(stderr).toContain('no such directory')
  })
})

test.each([
  [['a/#/b'], 'cannot use pattern'],
  [['--parameter', 'a/b'], 'neither "+" nor a name in braces'],
  [['--json', '--schema'], '--schema'],
  [['--for', 'soon'], 'soon'],
  [['--count', '0'], '"--count"'],
  [['--max-channels', '0'], '0']
])('%j is a usage error', async (argv, why) => {
  const { exitCode, stderr } = await channels(...argv)
  expect(exitCode).toBe(2)
  expect(stderr).toContain(why)
})
