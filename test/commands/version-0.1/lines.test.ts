import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import Publish from '../../../src/commands/publish.js'
import Record from '../../../src/commands/record.js'
import Replay from '../../../src/commands/replay.js'
import { outcomeOf } from '../../support/run-command.js'
import { publishedAgain, SENT_3_1_1, SENT_5, type SentMessage } from '../../support/sent-to-version-0.1.js'
import { left, microseconds, useVersion01 } from '../../support/version-0.1.js'

const { packetBroker } = useVersion01()

const linesOf = (name: string) => readFileSync(left(name), 'utf8').trimEnd().split('\n')
const timesOf = (name: string) => linesOf(name).map((line): string => JSON.parse(line).time)
const lineOf = (channel: string) =>
  linesOf('messages.ndjson').find((line) => JSON.parse(line).channel === channel) ?? ''

const FILES: readonly (readonly [string, readonly SentMessage[]])[] = [
  ['messages.ndjson', SENT_5],
  ['messages-3.1.1.ndjson', SENT_3_1_1]
]

describe.each(FILES)('%s, which subscribe --json of 0.1 has written', (name, messages) => {
  it('is published again by publish --json: each field of each message, in order', async () => {
    const broker = await packetBroker()
    const outcome = await outcomeOf(Publish, ['--json', '--broker', broker.url], {
      stdin: readFileSync(left(name))
    })
    expect(outcome).toMatchObject({ exitCode: 0, stdout: '' })
    expect(await broker.publishedInAll()).toEqual(messages.map(publishedAgain))
  })

  it('is published again by replay, from the file and from stdin', async () => {
    for (const [file, stdin] of [
      [left(name), ''],
      ['-', readFileSync(left(name))]
    ] as const) {
      const broker = await packetBroker()
      const argv = [file, '--speed', 'max', '--broker', broker.url]
      expect(await outcomeOf(Replay, argv, { stdin })).toMatchObject({ exitCode: 0 })
      expect(await broker.publishedInAll()).toEqual(messages.map(publishedAgain))
    }
  })

  it('is whole, with the channels and the times of its messages', async () => {
    const times = timesOf(name)
    const { exitCode, stdout } = await outcomeOf(Record, ['--verify', left(name), '--json'])
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      entries: messages.length,
      first: times[0],
      last: times.at(-1),
      channels: Object.fromEntries(messages.map(({ sent }) => [sent.topic, 1])),
      torn: false,
      damaged: 0
    })
  })
})

describe('the time of a line', () => {
  it('says when replay sends it: its distance to the first', async () => {
    const times = timesOf('messages.ndjson').map(microseconds)
    const { stdout } = await outcomeOf(Replay, [left('messages.ndjson'), '--dry-run', '--json'])
    const due = stdout
      .trimEnd()
      .split('\n')
      .flatMap((line): number[] => JSON.parse(line).offset ?? [])
    expect(due).toEqual(times.map((time) => time - (times[0] ?? 0)))
    expect(new Set(due).size).toBeGreaterThan(3)
  })

  it('is where replay --from begins', async () => {
    const times = timesOf('messages.ndjson')
    const from = times[20] ?? ''
    const broker = await packetBroker()
    await outcomeOf(Replay, [
      left('messages.ndjson'),
      ...['--from', from, '--speed', 'max', '--broker', broker.url]
    ])
    const later = SENT_5.filter((_, index) => (times[index] ?? '') >= from)
    expect(later.length).toBeLessThan(SENT_5.length)
    expect(await broker.publishedInAll()).toEqual(later.map(publishedAgain))
  })
})

describe('a line of 0.1 and the flags of publish', () => {
  const flags = [
    ...['--qos', '0', '--retain', '--header', 'source=flag', '--header', 'k=flag', '--payload-utf8'],
    ...[
      '--content-type',
      'flag/type',
      '--expiry',
      '9s',
      '--response-channel',
      'flag',
      '--correlation',
      'flag'
    ]
  ]
  const publish = async (channel: string) => {
    const broker = await packetBroker()
    const argv = ['--json', ...flags, '--broker', broker.url]
    const { exitCode } = await outcomeOf(Publish, argv, { stdin: `${lineOf(channel)}\n` })
    expect(exitCode).toBe(0)
    return broker.publishedInAll()
  }
  const sent = (channel: string) => {
    const message = SENT_5.find((each) => each.sent.topic === channel)
    if (message === undefined) throw new Error(`nothing was sent to ${channel}`)
    return publishedAgain(message)
  }

  it('keeps what the line says, and gets the headers of names that it has not', async () => {
    const { userProperties = [], ...everything } = sent('everything')
    expect(await publish('everything')).toEqual([
      { ...everything, userProperties: [...userProperties, ['k', 'flag']] }
    ])
  })

  it('keeps also what is false, zero or empty', async () => {
    expect(await publish('format/bytes')).toMatchObject([{ format: 0, qos: 1 }])
    expect((await publish('format/bytes'))[0]?.retain).toBeUndefined()
    expect(await publish('expiry/now')).toMatchObject([{ expiry: 0 }])
    expect(await publish('type/empty')).toMatchObject([{ contentType: '' }])
    expect(await publish('correlation/empty')).toMatchObject([{ correlation: Buffer.alloc(0) }])
  })

  it('gets what it does not say', async () => {
    expect(await publish('text/plain')).toEqual([
      {
        ...sent('text/plain'),
        format: 1,
        expiry: 9,
        contentType: 'flag/type',
        responseTopic: 'flag',
        correlation: Buffer.from('flag'),
        userProperties: [
          ['source', 'flag'],
          ['k', 'flag']
        ]
      }
    ])
  })
})

describe('a line of 0.1 that was spoilt', () => {
  it.each([
    ['"expiry":86400', '"expiry":-1', 'expiry'],
    ['"contentType":"application/json; charset=utf-8"', '"contentType":7', 'contentType'],
    ['"responseChannel":"answers/1"', '"responseChannel":"answers/#"', 'responseChannel'],
    ['"correlation":"fwD/"', '"correlation":"no base64"', 'correlation'],
    ['"payloadUtf8":true', '"payloadUtf8":"yes"', 'payloadUtf8'],
    ['"dup":true', '"dup":"yes"', 'dup'],
    ['"subscriptionIds":[1,2]', '"subscriptionIds":[0]', 'subscriptionIds'],
    ['"qos":2', '"qos":3', 'qos'],
    ['"retain":true', '"retain":1', 'retain'],
    ['"trace":["1","2"]', '"trace":[1]', 'headers.trace']
  ])('is 6 and is not sent, with %s as %s', async (right, wrong, name) => {
    const broker = await packetBroker()
    const line = lineOf('everything')
    expect(line).toContain(right)
    const argv = ['--json', '--broker', broker.url]
    const { exitCode, stderr } = await outcomeOf(Publish, argv, { stdin: `${line.replace(right, wrong)}\n` })
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 6, stderr: expect.stringContaining(name) })
    expect(await broker.publishedInAll()).toEqual([])
  })
})

describe('jq between subscribe --json of 0.1 and publish --json', () => {
  it('wins over the exact text of JSON that spanned lines', async () => {
    const broker = await packetBroker()
    const edited = lineOf('json/lines').replace('"payload":{"name":"Ada"', '"payload":{"name":"Grace"')
    await outcomeOf(Publish, ['--json', '--broker', broker.url], { stdin: `${edited}\n` })
    const [{ payload = Buffer.alloc(0) } = {}] = await broker.publishedInAll()
    expect(payload.toString()).toBe('{"name":"Grace","note":"café \\u2028","big":12345678901234567890}')
  })

  it('may put the fields into another order', async () => {
    const broker = await packetBroker()
    const line = lineOf('everything')
    const [, start = '', mqtt = ''] = /^\{(.*),("mqtt":\{.*\})\}$/.exec(line) ?? []
    await outcomeOf(Publish, ['--json', '--broker', broker.url], { stdin: `{ ${mqtt} , ${start} }\n` })
    const everything = SENT_5.filter(({ sent }) => sent.topic === 'everything')
    expect(await broker.publishedInAll()).toEqual(everything.map(publishedAgain))
  })
})
