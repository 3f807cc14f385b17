import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import OutboxClear from '../../../src/commands/outbox/clear.js'
import OutboxList from '../../../src/commands/outbox/list.js'
import OutboxSend from '../../../src/commands/outbox/send.js'
import Publish from '../../../src/commands/publish.js'
import type { BrokerConnection } from '../../../src/core/connection.js'
import { formatSegmentBase, formatSenderName } from '../../../src/core/outbox/outbox-names.js'
import { ownMark } from '../../../src/files/outbox/process-mark.js'
import { connectionOptions, Received } from '../../support/connection-options.js'
import { startEmbeddedBroker, type TestBroker } from '../../support/embedded-broker.js'
import { openConnection } from '../../support/open-connection.js'
import { outcomeOf } from '../../support/run-command.js'

/** Nobody listens there: the port is reserved. */
const NOWHERE = 'mqtt://127.0.0.1:1'
const DEAD = { pid: 2 ** 30, started: 'gone.1' }

let folder: string
let box: string
let broker: TestBroker
let witness: BrokerConnection
let received: Received

beforeEach(async () => {
  folder = fs.mkdtempSync(join(tmpdir(), 'tidings-outbox-'))
  box = join(folder, 'box')
  broker = await startEmbeddedBroker()
  witness = await openConnection(connectionOptions(broker.url))
  received = new Received()
  await witness.subscribe([{ pattern: '#', guarantee: 2 }], received.take)
})

afterEach(async () => {
  await witness.close()
  await broker.stop()
  fs.rmSync(folder, { recursive: true, force: true })
})

const publish = (url: string, args: string[], stdin?: string) =>
  outcomeOf(Publish, [...args, '--outbox', box, '--broker', url], stdin === undefined ? {} : { stdin })
const list = (...flags: string[]) => outcomeOf(OutboxList, [box, ...flags])
const send = (url = broker.url) => outcomeOf(OutboxSend, [box, '--broker', url])
const clear = (...flags: string[]) => outcomeOf(OutboxClear, [box, ...flags])
/** What is in the outbox besides the mark of its format, which stays. */
const files = () =>
  fs
    .readdirSync(box)
    .filter((name) => name !== 'format')
    .sort()
const modeOf = (path: string) => (fs.statSync(path).mode & 0o777).toString(8)
const segmentOf = (mark: { pid: number; started: string }) => formatSegmentBase(1, mark, 'ab')

describe('publish --outbox', () => {
  it('sends at once when the broker is there, and leaves nothing behind', async () => {
    const { exitCode, stderr } = await publish(broker.url, ['greetings', 'hello'])
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 0,
      stderr: expect.stringMatching(/^Published 1 message to greetings: acknowledged/)
    })
    await received.atLeast(1)
    expect(received.texts).toEqual(['hello'])
    expect(files()).toEqual([])
  })

  it('marks the folder with the format of what is stored there, once', async () => {
    const mark = () => fs.readFileSync(join(box, 'format'), 'utf8')
    await publish(broker.url, ['a', '1'])
    expect(mark()).toBe('tidings outbox 2\n')
    const { ino, mtimeMs } = fs.statSync(join(box, 'format'))
    await publish(broker.url, ['a', '2'])
    expect(fs.statSync(join(box, 'format'))).toMatchObject({ ino, mtimeMs })
  })

  it.each([
    ['tidings outbox 3\n', 'it has format 3'],
    ['something else\n', 'its file "format" cannot be read']
  ])('refuses a folder whose mark is %j: 6, and touches nothing of it', async (mark, why) => {
    await publish(NOWHERE, ['a', 'kept'])
    fs.writeFileSync(join(box, 'format'), mark)
    const before = fs.readdirSync(box)
    for (const run of [
      () => publish(broker.url, ['a', 'x']),
      () => send(),
      () => list(),
      () => clear('--yes')
    ]) {
      const { exitCode, stderr } = await run()
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 6, stderr: expect.stringContaining(why) })
    }
    expect(fs.readdirSync(box)).toEqual(before)
    expect(received.messages).toEqual([])
  })

  it('ends with 0 while the broker is away, says that messages are safe, where, and why they are not sent', async () => {
    const { exitCode, stderr } = await publish(NOWHERE, ['a', '--lines'], 'one\ntwo\n')
    expect(exitCode).toBe(0)
    expect(stderr).toMatch(
      /^2 messages safe in ".*box", not sent yet: cannot connect to ".*": connection refused\n$/
    )
  })

  it('sends what was stored before first, so that order is kept', async () => {
    await publish(NOWHERE, ['a', '1'])
    await publish(NOWHERE, ['a', '--lines'], '2\n3\n')
    const { exitCode, stderr } = await publish(broker.url, ['a', '4'])
    expect(exitCode).toBe(0)
    expect(stderr).toContain('; 3 other messages of the outbox acknowledged, too')
    await received.atLeast(4)
    expect(received.texts).toEqual(['1', '2', '3', '4'])
  })

  it('keeps everything that a message carries', async () => {
    const payload = join(folder, 'payload.bin')
    fs.writeFileSync(payload, Uint8Array.from([0, 255, 10, 13]))
    await publish(NOWHERE, [
      ...['a', '--file', payload, '--qos', '2', '--retain', '--header', 'k=v', '--header', 'k=w'],
      ...['--content-type', 'x/y', '--expiry', '1h', '--response-channel', 'answers', '--correlation', '7']
    ])
    await publish(NOWHERE, ['--json'], '{"channel":"b","payload":{"n":12345678901234567890, "f":1.0}}\n')
    await send()
    const [first, second] = await received.atLeast(2)
    expect(first).toMatchObject({
      channel: 'a',
      headers: [
        ['k', 'v'],
        ['k', 'w']
      ],
      guarantee: 2,
      contentType: 'x/y',
      responseChannel: 'answers',
      correlation: Buffer.from('7')
    })
    expect([...(first?.payload ?? [])]).toEqual([0, 255, 10, 13])
    expect(first?.expiry).toBeGreaterThan(3590)
    expect(second?.channel).toBe('b')
    expect(received.texts[1]).toBe('{"n":12345678901234567890, "f":1.0}')
    const late = new Received()
    const other = await openConnection(connectionOptions(broker.url))
    await other.subscribe([{ pattern: 'a', guarantee: 0 }], late.take)
    expect((await late.atLeast(1))[0]?.mqtt?.retain).toBe(true)
    await other.close()
  })

  it('makes a folder and files that only their owner can read', async () => {
    await publish(NOWHERE, ['a', 'secret'])
    expect(modeOf(box)).toBe('700')
    expect(fs.readdirSync(box)).toHaveLength(2)
    for (const file of fs.readdirSync(box)) expect(modeOf(join(box, file))).toBe('600')
  })

  it('refuses a folder that others may enter, and stores nothing', async () => {
    fs.mkdirSync(box)
    fs.chmodSync(box, 0o750)
    const { exitCode, stderr } = await publish(NOWHERE, ['a', 'secret'])
    expect(exitCode).toBe(6)
    expect(stderr).toContain('other users may enter it')
    expect(stderr).toContain(`Try: chmod 700 ${box}`)
    expect(fs.readdirSync(box)).toEqual([])
  })

  it.runIf(process.getuid?.() === 0)('refuses a folder of another user', async () => {
    fs.mkdirSync(box, { mode: 0o700 })
    fs.chownSync(box, 1, 1)
    const { exitCode, stderr } = await publish(NOWHERE, ['a', 'secret'])
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 6,
      stderr: expect.stringContaining('it belongs to another user')
    })
    expect(fs.readdirSync(box)).toEqual([])
  })

  it('refuses a file in place of a folder', async () => {
    fs.writeFileSync(box, '')
    expect(await publish(NOWHERE, ['a', 'x'])).toMatchObject({
      exitCode: 6,
      stderr: expect.stringContaining('it is not a directory')
    })
  })

  it('stores nothing when the connection options make no sense', async () => {
    expect((await publish('gopher://x', ['a', 'x'])).exitCode).toBe(2)
    expect(fs.existsSync(box)).toBe(false)
  })

  it('ends with 4 when the broker refuses a message, keeps it with the reason, and sends the others', async () => {
    const lines = [
      '{"channel":"a","payload":1}',
      '{"channel":"$SYS/x","payload":2}',
      '{"channel":"a","payload":3}'
    ]
    const { exitCode, stderr } = await publish(broker.url, ['--json'], `${lines.join('\n')}\n`)
    expect(exitCode).toBe(4)
    expect(stderr).toContain('1 refused')
    await received.atLeast(2)
    expect(received.texts).toEqual(['1', '3'])
    expect(files()).toEqual(['refused.ndjson'])
    const kept = JSON.parse(fs.readFileSync(join(box, 'refused.ndjson'), 'utf8'))
    expect(kept).toMatchObject({ channel: '$SYS/x', payload: 2, reason: expect.stringMatching(/./) })
    expect(modeOf(join(box, 'refused.ndjson'))).toBe('600')
    expect((await list()).stdout).toContain('1 refused message in refused.ndjson')
  })

  it('ends with 6 at a bad line, after everything before it was stored and sent', async () => {
    const { exitCode, stderr } = await publish(broker.url, ['--json'], '{"channel":"a","payload":1}\nno\n')
    expect(exitCode).toBe(6)
    expect(stderr).toMatch(/line 2 of stdin.*\(before it: 1 message acknowledged\)/)
    await received.atLeast(1)
    expect(files()).toEqual([])
  })

  it('leaves the sending to a process that does it already, and says which', async () => {
    fs.mkdirSync(box, { mode: 0o700 })
    fs.writeFileSync(join(box, formatSenderName(ownMark(), 'ab')), '')
    const { exitCode, stderr } = await publish(broker.url, ['a', 'x'])
    expect(exitCode).toBe(0)
    expect(stderr).toBe(`1 message safe in "${box}", process ${process.pid} is sending\n`)
    expect((await list()).stdout).toContain(`Process ${process.pid} is sending`)
  })

  it('is not held up by the mark of a sender that has died, also if its number lives on', async () => {
    fs.mkdirSync(box, { mode: 0o700 })
    for (const mark of [DEAD, { ...ownMark(), started: 'earlier.1' }])
      fs.writeFileSync(join(box, formatSenderName(mark, 'ab')), '')
    expect((await publish(broker.url, ['a', 'x'])).exitCode).toBe(0)
    expect(files()).toEqual([])
  })
})

describe('messages with what MQTT cannot carry, in an outbox', () => {
  const keyed = '{"channel":"a","key":"k","payload":1}\n'
  const tombstone = '{"channel":"a","payload":null,"encoding":"null"}\n'

  /** What another protocol's broker would have been sent. */
  function store(...lines: string[]): void {
    fs.mkdirSync(box, { mode: 0o700 })
    fs.writeFileSync(join(box, `${segmentOf(DEAD)}.ndjson`), lines.join(''), { mode: 0o600 })
  }

  it('publish drops a key before it stores the message, and says so once', async () => {
    const { exitCode, stderr } = await publish(NOWHERE, ['--json'], keyed + keyed)
    expect(exitCode).toBe(0)
    expect(stderr.match(/Warning: .*\n/g)).toEqual(['Warning: dropped 2 keys: MQTT has no message keys\n'])
    expect((await list('--json')).stdout).not.toContain('"key"')
  })

  it.each([
    ['a key with --strict', keyed, ['--strict'], 'it has a key, and MQTT has no message keys'],
    ['no payload', tombstone, [], 'it has no payload, and MQTT has no messages without a payload']
  ])(
    'publish ends with 6 at a line with %s, and what came before it is safe',
    async (_, line, flags, why) => {
      const lines = `{"channel":"a","payload":1}\n${line}{"channel":"a","payload":3}\n`
      const { exitCode, stderr } = await publish(NOWHERE, ['--json', ...flags], lines)
      expect(exitCode).toBe(6)
      expect(stderr).toContain(`line 2 of stdin: ${why}`)
      expect((await list()).stdout).toMatch(/^1 message, 1 byte,/)
    }
  )

  it('send drops a key, and says so', async () => {
    store(keyed, keyed)
    const { exitCode, stderr } = await send()
    expect(exitCode).toBe(0)
    expect(stderr.match(/Warning: .*\n/g)).toEqual(['Warning: dropped 2 keys: MQTT has no message keys\n'])
    await received.atLeast(2)
    expect(received.texts).toEqual(['1', '1'])
    expect(files()).toEqual([])
  })

  it('send ends with 6 where one has no payload, keeps that one with the reason, and sends the others', async () => {
    store('{"channel":"a","payload":1}\n', tombstone, '{"channel":"a","payload":3}\n')
    const { exitCode, stderr } = await send()
    expect(exitCode).toBe(6)
    expect(stderr).toContain('1 refused: it has no payload, and MQTT has no messages without a payload')
    await received.atLeast(2)
    expect(received.texts).toEqual(['1', '3'])
    expect(files()).toEqual(['refused.ndjson'])
    expect(JSON.parse(fs.readFileSync(join(box, 'refused.ndjson'), 'utf8'))).toEqual({
      reason: 'it has no payload, and MQTT has no messages without a payload',
      channel: 'a',
      payload: null,
      encoding: 'null'
    })
  })

  it('send --null-as-empty sends what has no payload as an empty one, and says so', async () => {
    store(tombstone, '{"channel":"a","payload":3}\n')
    const { exitCode, stderr } = await outcomeOf(OutboxSend, [box, '--null-as-empty', '--broker', broker.url])
    expect(exitCode).toBe(0)
    expect(stderr).toContain('Warning: sent a message without a payload as an empty one: MQTT has no')
    await received.atLeast(2)
    expect(received.texts).toEqual(['', '3'])
    expect(files()).toEqual([])
  })
})

describe('outbox list', () => {
  it('counts what waits by channel', async () => {
    await publish(NOWHERE, ['lamps', '--lines'], 'on\noff\n')
    await publish(NOWHERE, ['doors', 'open'])
    const { exitCode, stdout } = await list()
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^3 messages, 9 bytes, the oldest stored at \d{4}-/)
    expect(stdout).toContain('  2  lamps\n  1  doors\n')
  })

  it('writes envelopes that publish --json takes, and changes nothing', async () => {
    await publish(NOWHERE, ['a', '--lines'], 'one\ntwo\n')
    const before = files()
    const { stdout } = await list('--json')
    expect(files()).toEqual(before)
    await outcomeOf(Publish, ['--json', '--broker', broker.url], { stdin: stdout })
    await received.atLeast(2)
    expect(received.texts).toEqual(['one', 'two'])
  })

  it('ends with 6 where there is no outbox', async () => {
    expect(await list()).toMatchObject({ exitCode: 6, stderr: expect.stringContaining('no such file') })
  })
})

describe('outbox send', () => {
  it('ends with 3 while the broker is away, and keeps the messages', async () => {
    await publish(NOWHERE, ['a', 'x'])
    const { exitCode, stderr } = await send(NOWHERE)
    expect(exitCode).toBe(3)
    expect(stderr).toContain('1 message safe there, not sent yet: cannot connect')
    expect((await list()).stdout).toContain('1 message')
  })

  it('ends with 0 when all is acknowledged, and when nothing waits', async () => {
    await publish(NOWHERE, ['a', 'x'])
    expect(await send()).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/^Sent 1 message of/) })
    expect(await send()).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/^No messages wait/) })
    await received.atLeast(1)
    expect(received.texts).toEqual(['x'])
  })

  it('ends with 5 while another process is sending', async () => {
    await publish(NOWHERE, ['a', 'x'])
    fs.writeFileSync(join(box, formatSenderName(ownMark(), 'ab')), '')
    const { exitCode, stderr } = await send()
    expect(exitCode).toBe(5)
    expect(stderr).toContain(`process ${process.pid} is sending it`)
  })

  it('sends what a killed publisher has left, and drops its torn last line, which was never promised', async () => {
    await publish(NOWHERE, ['a', 'whole'])
    const [closed = ''] = files()
    const open = join(box, `${segmentOf(DEAD)}.open`)
    fs.renameSync(join(box, closed), open)
    fs.appendFileSync(open, '{"channel":"a","payl')
    const { exitCode, stderr } = await send()
    expect(exitCode).toBe(0)
    expect(stderr).toContain('dropped a torn last line of 20 bytes')
    await received.atLeast(1)
    expect(received.texts).toEqual(['whole'])
    expect(files()).toEqual([])
  })

  it('goes on where a killed sender had come to', async () => {
    await publish(NOWHERE, ['a', '--lines'], 'one\ntwo\nthree\n')
    const [file = ''] = files()
    const content = fs.readFileSync(join(box, file), 'utf8')
    const [first = ''] = content.split('\n')
    const note = join(box, file.replace('.ndjson', '.sent'))
    fs.writeFileSync(note, `${String(first.length + 1).padStart(16, '0')}\n`)
    expect((await list()).stdout).toMatch(/^2 messages/)
    await send()
    await received.atLeast(2)
    expect(received.texts).toEqual(['two', 'three'])
    expect(files()).toEqual([])
  })
})

describe('outbox clear', () => {
  it('asks, and removes nothing where nobody can answer', async () => {
    await publish(NOWHERE, ['a', 'x'])
    const { exitCode, stderr } = await outcomeOf(OutboxClear, [box], { stdin: '' })
    expect(exitCode).toBe(2)
    expect(stderr).toContain('--yes')
    expect((await list()).stdout).toMatch(/^1 message/)
  })

  it('removes the messages of the outbox and no other file', async () => {
    await publish(NOWHERE, ['a', '--lines'], 'x\ny\n')
    fs.writeFileSync(join(box, 'notes.txt'), 'mine')
    expect(await clear('--yes')).toMatchObject({
      exitCode: 0,
      stderr: expect.stringMatching(/^Removed 2 messages from/)
    })
    expect(files()).toEqual(['notes.txt'])
  })

  it('refuses while a process sends from it or publishes into it', async () => {
    await publish(NOWHERE, ['a', 'x'])
    const sender = join(box, formatSenderName(ownMark(), 'ab'))
    fs.writeFileSync(sender, '')
    expect(await clear('--yes')).toMatchObject({ exitCode: 5, stderr: expect.stringContaining('sending') })
    fs.rmSync(sender)
    fs.writeFileSync(join(box, `${segmentOf(ownMark())}.open`), '')
    expect(await clear('--yes')).toMatchObject({ exitCode: 5, stderr: expect.stringContaining('publishing') })
    expect((await list()).stdout).toMatch(/^1 message/)
  })
})
