import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import OutboxClear from '../../../src/commands/outbox/clear.js'
import OutboxList from '../../../src/commands/outbox/list.js'
import OutboxSend from '../../../src/commands/outbox/send.js'
import Publish from '../../../src/commands/publish.js'
import { outcomeOf } from '../../support/run-command.js'
import { publishedAgain, SENT_5, SENT_FEW } from '../../support/sent-to-version-0.1.js'
import { useVersion01 } from '../../support/version-0.1.js'
import type { WirePublish } from '../../support/wire-publish.js'

const { copyOf, packetBroker } = useVersion01()

/** Nobody listens there: the port is reserved. */
const NOWHERE = 'mqtt://127.0.0.1:1'

/** What the broker of 0.1 had acknowledged of the first segment. */
const SETTLED = 4

/** What the killed publisher had stored: three lines, with flags for all that a message carries. */
const READINGS: readonly WirePublish[] = ['21.50', 'plain', 'last\r'].map((line) => ({
  topic: 'readings/1',
  payload: Buffer.from(line),
  qos: 2,
  retain: true,
  expiry: 3600,
  contentType: 'text/plain',
  responseTopic: 'answers',
  correlation: Buffer.from('c 7'),
  userProperties: [
    ['source', 'cli'],
    ['7', 'b'],
    ['7', 'a']
  ]
}))

const WAITING = [...SENT_FEW.slice(SETTLED).map(publishedAgain), ...SENT_5.map(publishedAgain), ...READINGS]

const everything = SENT_5.filter(({ sent }) => sent.topic === 'everything').map(publishedAgain)
const REFUSED = everything.map((message) => ({ ...message, topic: '$SYS/everything' }))

let box: string
beforeEach(() => {
  box = copyOf('outbox')
})

const list = (...flags: string[]) => outcomeOf(OutboxList, [box, ...flags])
const segments = () => readdirSync(box).filter((file) => /^\d+-|^sender-/.test(file))

async function publishes(Command: typeof Publish | typeof OutboxSend, argv: string[], stdin = '') {
  const broker = await packetBroker()
  const { exitCode, stderr } = await outcomeOf(Command, [...argv, '--broker', broker.url], { stdin })
  return { exitCode, stderr, published: await broker.publishedInAll() }
}

describe('an outbox of 0.1, with segments sent in part, unsent, and of a killed publisher', () => {
  it('is as 0.1 left it: two closed segments, one open, progress, a dead sender, what was refused', () => {
    const kinds = readdirSync(box).map((file) => file.replace(/(\d{16}-)?\d+-\w+\.\d+-[0-9a-f]+/, '*'))
    expect(kinds.sort()).toEqual(['*.ndjson', '*.ndjson', '*.open', '*.sent', 'refused.ndjson', 'sender-*'])
  })

  it('is sent by outbox send: each field of each message that waits, in order, and none twice', async () => {
    const { exitCode, published, stderr } = await publishes(OutboxSend, [box])
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining(`Sent ${WAITING.length} messages`)
    })
    expect(published).toEqual(WAITING)
    expect(segments()).toEqual([])
  })

  it('is sent before a new message by publish --outbox', async () => {
    const { exitCode, published, stderr } = await publishes(Publish, ['new', '1', '--outbox', box])
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining(`${WAITING.length} other messages of the outbox sent, too`)
    })
    expect(published.slice(0, -1)).toEqual(WAITING)
    expect(published.at(-1)).toMatchObject({ topic: 'new', payload: Buffer.from('1') })
  })

  it('takes further messages while the broker is away, behind those of 0.1', async () => {
    const stored = await outcomeOf(Publish, ['new', '1', '--outbox', box, '--broker', NOWHERE])
    expect(stored.exitCode).toBe(0)
    const { published } = await publishes(OutboxSend, [box])
    expect(published.slice(0, -1)).toEqual(WAITING)
    expect(published.at(-1)).toMatchObject({ topic: 'new' })
  })

  it('is counted by outbox list, by channel, with the time at which the oldest was stored', async () => {
    const { exitCode, stdout } = await list()
    expect(exitCode).toBe(0)
    const bytes = WAITING.reduce((sum, { payload }) => sum + payload.length, 0)
    expect(stdout).toContain(`${WAITING.length} messages, ${bytes} bytes`)
    expect(stdout).toContain(`the oldest stored at ${oldest()}`)
    expect(stdout).toContain('  3  readings/1\n')
    expect(stdout).toContain('  2  everything\n')
    expect(stdout).toContain('2 refused messages in refused.ndjson')
  })

  it('is listed as lines that publish --json takes, and stays as it is', async () => {
    const before = segments()
    const { stdout } = await list('--json')
    expect((await publishes(Publish, ['--json'], stdout)).published).toEqual(WAITING)
    expect(segments()).toEqual(before)
  })

  it('is emptied by outbox clear', async () => {
    expect(await outcomeOf(OutboxClear, [box, '--yes'])).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining(`Removed ${WAITING.length} messages and 2 refused messages`)
    })
    expect((await publishes(OutboxSend, [box])).published).toEqual([])
  })
})

describe('what was refused in 0.1', () => {
  const refused = () => readFileSync(join(box, 'refused.ndjson'), 'utf8').trimEnd().split('\n')

  it('is kept when the rest is sent', async () => {
    const before = refused()
    await publishes(OutboxSend, [box])
    expect(refused().slice(0, 2)).toEqual(before)
    expect((await list()).stdout).toContain('2 refused messages in refused.ndjson')
  })

  it('is followed by what is refused today', async () => {
    await outcomeOf(Publish, ['$SYS/x', '1', '--outbox', box, '--broker', NOWHERE])
    const before = readFileSync(join(box, 'refused.ndjson'), 'utf8')
    await publishes(OutboxSend, [box])
    expect(readFileSync(join(box, 'refused.ndjson'), 'utf8').startsWith(before)).toBe(true)
  })

  it('can be published from its line: each field', async () => {
    const [message = ''] = refused()
    expect(JSON.parse(message).reason).toBe('not authorized: $SYS channels belong to the broker')
    const { exitCode, published } = await publishes(Publish, ['--json'], `${message}\n`)
    expect({ exitCode, published }).toEqual({ exitCode: 0, published: REFUSED })
  })

  it('holds a line that could not be read, byte for byte, which publish --json refuses with 6', async () => {
    const [, unreadable = ''] = refused()
    const { reason, line } = JSON.parse(unreadable)
    expect(reason).toMatch(/^it cannot be read: /)
    expect(Buffer.from(line, 'base64')).toEqual(Buffer.from('not an envelope \xff', 'latin1'))
    expect(await publishes(Publish, ['--json'], `${unreadable}\n`)).toMatchObject({
      exitCode: 6,
      published: []
    })
  })
})

/** The first time in the lines that wait. */
function oldest(): string {
  const [first = '', sent = ''] = readdirSync(box).sort()
  const from = Number(readFileSync(join(box, sent), 'utf8'))
  return JSON.parse(readFileSync(join(box, first)).subarray(from).toString().split('\n')[0] ?? '').time
}
