import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import Channels from '../../../src/commands/channels.js'
import Record from '../../../src/commands/record.js'
import Replay from '../../../src/commands/replay.js'
import { outcomeOf } from '../../support/run-command.js'
import {
  inGroups,
  publishedAgain,
  SENT_5,
  SENT_FEW,
  type SentMessage
} from '../../support/sent-to-version-0.1.js'
import { left, microseconds, useVersion01 } from '../../support/version-0.1.js'

const { copyOf, packetBroker } = useVersion01()

const recording = (name: string) => left(join('recordings', name))
const again = (messages: readonly SentMessage[]) => messages.map(publishedAgain)
/** A torn recording has lost its last message. */
const BUT_THE_LAST = SENT_FEW.slice(0, -1)
/** What a recorder of today is sent. */
const LATER = SENT_5.filter(({ sent }) => sent.topic.startsWith('headers/'))

const WHOLE: readonly (readonly [string, readonly string[], readonly SentMessage[]])[] = [
  ['a recording', ['traffic.jsonl'], SENT_5],
  ['a compressed recording', ['traffic.jsonl.gz'], SENT_5],
  ['a rotated recording', ['rotated-0001.jsonl', 'rotated-0002.jsonl'], SENT_FEW],
  ['a recording of two sittings', ['sittings.jsonl'], SENT_FEW]
]

/** Replays to a broker that sees every packet. */
async function replay(paths: readonly string[], ...flags: string[]) {
  const broker = await packetBroker()
  const { exitCode, stderr } = await outcomeOf(Replay, [
    ...paths,
    ...flags,
    ...['--speed', 'max', '--broker', broker.url]
  ])
  return { exitCode, stderr, published: await broker.publishedInAll() }
}

async function verify(path: string) {
  const { exitCode, stdout } = await outcomeOf(Record, ['--verify', path, '--json'])
  return { exitCode, report: JSON.parse(stdout) }
}

/** Records with --append what a broker sends. */
async function append(path: string) {
  const broker = await packetBroker({ sends: inGroups(LATER) })
  return outcomeOf(Record, [
    ...['#', '--output', path, '--append', '--qos', '2'],
    ...['--count', String(LATER.length), '--broker', broker.url]
  ])
}

describe.each(WHOLE)('%s of 0.1', (_, names, messages) => {
  const paths = names.map(recording)

  it('is replayed: each field of each message, in order', async () => {
    expect(await replay(paths)).toMatchObject({ exitCode: 0, published: again(messages) })
  })

  it('is whole, and tells its channels', async () => {
    const reports = await Promise.all(paths.map(verify))
    for (const { exitCode, report } of reports)
      expect({ exitCode, ...report }).toMatchObject({ exitCode: 0, torn: false, damaged: 0 })
    expect(Object.assign({}, ...reports.map(({ report }) => report.channels))).toEqual(
      Object.fromEntries(messages.map(({ sent }) => [sent.topic, 1]))
    )
  })

  it('says which version has written it', async () => {
    for (const path of paths)
      expect((await outcomeOf(Record, ['--verify', path])).stdout).toContain(', #, by tidings 0.1.0\n')
  })

  it('is observed by channels', async () => {
    const outcomes = await Promise.all(paths.map((path) => outcomeOf(Channels, ['--from', path])))
    expect(outcomes.map(({ exitCode }) => exitCode)).toEqual(paths.map(() => 0))
    const listed = outcomes.map(({ stdout }) => stdout).join('')
    for (const { sent } of SENT_FEW) expect(listed).toContain(sent.topic)
  })
})

describe('the offsets of 0.1', () => {
  const offsetsOf = (text: string) =>
    text
      .trimEnd()
      .split('\n')
      .flatMap((line): number[] => JSON.parse(line).offset ?? [])

  it.each(['traffic.jsonl', 'sittings.jsonl'])('of %s say when each message is sent', async (name) => {
    const offsets = offsetsOf(readFileSync(recording(name), 'utf8'))
    const { stdout } = await outcomeOf(Replay, [recording(name), '--dry-run', '--json'])
    expect(new Set(offsets).size).toBeGreaterThan(1)
    expect(offsetsOf(stdout)).toEqual(offsets.map((offset) => offset - (offsets[0] ?? 0)))
  })

  it('count from the start that the header of their file says, so that a rotated recording is one', async () => {
    const names = ['rotated-0001.jsonl', 'rotated-0002.jsonl']
    const places = await Promise.all(names.map(async (name) => (await verify(recording(name))).report))
    const { stdout } = await outcomeOf(Replay, [...names.map(recording), '--dry-run', '--json'])
    const distance = microseconds(places[1].first) - microseconds(places[0].first)
    expect(distance).toBeGreaterThan(0)
    expect(offsetsOf(stdout).at(-1)).toBe(distance)
  })
})

describe('a recording of 0.1 that is torn at its end', () => {
  it.each([
    ['torn.jsonl', BUT_THE_LAST],
    ['killed.jsonl.gz', SENT_FEW]
  ])('%s: everything before is replayed, and it ends with 6', async (name, messages) => {
    const { exitCode, stderr, published } = await replay([recording(name)])
    expect({ exitCode, published }).toEqual({ exitCode: 6, published: again(messages) })
    expect(stderr).toContain(recording(name))
    expect(await verify(recording(name))).toMatchObject({
      exitCode: 6,
      report: { entries: messages.length, torn: true }
    })
  })

  it('torn.jsonl: --skip-invalid leaves the torn line out', async () => {
    const { exitCode, published } = await replay([recording('torn.jsonl')], '--skip-invalid')
    expect({ exitCode, published }).toEqual({ exitCode: 0, published: again(BUT_THE_LAST) })
  })
})

describe('record --append to a recording of 0.1', () => {
  it.each([
    ['traffic.jsonl', SENT_5],
    ['traffic.jsonl.gz', SENT_5],
    ['sittings.jsonl', SENT_FEW],
    ['torn.jsonl', BUT_THE_LAST],
    ['killed.jsonl.gz', SENT_FEW]
  ])('%s goes on, and all of it is replayed', async (name, messages) => {
    const path = join(copyOf('recordings'), name)
    expect(await append(path)).toMatchObject({ exitCode: 0 })
    expect(await verify(path)).toMatchObject({ exitCode: 0, report: { torn: false, damaged: 0 } })
    expect(await replay([path])).toMatchObject({
      exitCode: 0,
      // What is recorded now keeps the order of headers.
      published: [...again(messages), ...again(LATER.map(({ sent }) => ({ sent })))]
    })
  })

  it('leaves what 0.1 has written as it is', async () => {
    const path = join(copyOf('recordings'), 'traffic.jsonl')
    const before = readFileSync(path)
    await append(path)
    expect(readFileSync(path).subarray(0, before.length)).toEqual(before)
  })

  it('drops a torn last line, and says so', async () => {
    const path = join(copyOf('recordings'), 'torn.jsonl')
    expect((await append(path)).stderr).toMatch(/dropped a torn last line of \d+ bytes/)
  })
})
