import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { choosePayloadSource, type SourceFlags } from '../../src/cli/publish-source.js'
import { FakeClock } from '../support/fake-clock.js'
import { MemoryIo } from '../support/memory-io.js'
import { sourceParts } from '../support/source-parts.js'

const folder = mkdtempSync(join(tmpdir(), 'tidings-source-'))
const file = join(folder, 'a.json')
writeFileSync(file, '{"n":1}')
afterAll(() => rmSync(folder, { recursive: true }))

const none: SourceFlags = {
  file: undefined,
  lines: false,
  'key-delimiter': undefined,
  json: false,
  empty: false,
  null: false,
  encoding: undefined,
  repeat: undefined,
  every: undefined,
  rate: undefined
}

function choose(
  args: { channel?: string; payload?: string },
  flags: Partial<SourceFlags> = {},
  stdin = 'stdin'
) {
  const warnings: string[] = []
  const clock = new FakeClock()
  const io = Object.assign(new MemoryIo({ stdin }), { clock })
  const as = sourceParts()
  const source = choosePayloadSource(args, { ...none, ...flags }, as, {
    io,
    warn: (text) => warnings.push(text)
  })
  return { source, warnings, clock }
}

/** What is published, each with the millisecond at which it comes. */
async function published(...asked: Parameters<typeof choose>): Promise<string[]> {
  const { source, clock } = choose(...asked)
  const log: string[] = []
  const { messages } = await source
  const reading = (async () => {
    for await (const batch of messages(new AbortController().signal))
      for (const { channel, payload } of batch)
        log.push(`${clock.monotonic() / 1000} ${channel} ${payload === null ? 'null' : Buffer.from(payload)}`)
  })()
  await clock.advance(100_000)
  await reading
  return log
}

it('is the name of a file as text, with a warning', async () => {
  const { source, warnings } = choose({ channel: 'a', payload: `@${file}` })
  await source
  expect(warnings).toEqual([expect.stringContaining(`for that: --file ${file}`)])
  expect(await published({ channel: 'a', payload: file })).toEqual([`0 a ${file}`])
})

describe('what is published', () => {
  it.each([
    ['the argument', { channel: 'a', payload: 'x' }, {}, ['0 a x']],
    ['all of stdin', { channel: 'a' }, {}, ['0 a stdin']],
    ['all of stdin for -', { channel: 'a', payload: '-' }, {}, ['0 a stdin']],
    ['files, one message each', { channel: 'a' }, { file: [file, '-'] }, ['0 a {"n":1}', '0 a stdin']],
    ['nothing for --empty', { channel: 'a' }, { empty: true }, ['0 a ']],
    ['no payload at all for --null', { channel: 'a' }, { null: true, repeat: 2 }, ['0 a null', '0 a null']],
    ['each line', { channel: 'a' }, { lines: true }, ['0 a stdin']],
    ['all of it several times', { channel: 'a', payload: 'x' }, { repeat: 2 }, ['0 a x', '0 a x']],
    [
      'at a pace, counted from the first',
      { channel: 'a' },
      { file: [file, file], repeat: 2, every: 1000 },
      ['0 a {"n":1}', '1000 a {"n":1}', '2000 a {"n":1}', '3000 a {"n":1}']
    ],
    [
      'so many a second',
      { channel: 'a', payload: 'x' },
      { repeat: 3, rate: 4 },
      ['0 a x', '250 a x', '500 a x']
    ]
  ])('is %s', async (_what, args, flags, log) => {
    expect(await published(args, flags)).toEqual(log)
  })

  it('is each line with the key before the delimiter', async () => {
    const flags = { lines: true, 'key-delimiter': Buffer.from(':') }
    const { messages } = await choose({ channel: 'a' }, flags, 'k:v\nnone\n:\n').source
    const seen: unknown[] = []
    for await (const batch of messages(new AbortController().signal))
      for (const { key, payload } of batch) seen.push([key, `${Buffer.from(payload ?? [])}`])
    expect(seen).toEqual([
      ['k', 'v'],
      [undefined, 'none'],
      ['', '']
    ])
  })

  it('is each envelope to its own channel', async () => {
    const lines = '{"channel":"b","payload":1}\n{"payload":2}\n'
    expect(await published({ channel: 'a' }, { json: true }, lines)).toEqual(['0 b 1', '0 a 2'])
    expect((await choose({ channel: 'a' }, { json: true }).source).channel).toBeUndefined()
  })
})

describe('what cannot be published is refused before a socket opens', () => {
  it.each([
    ['two sources', { channel: 'a', payload: 'x' }, { file: ['b'] }, 'two-sources'],
    ['two kinds of lines', { channel: 'a' }, { lines: true, json: true }, 'two-sources'],
    ['an empty payload and none', { channel: 'a' }, { empty: true, null: true }, 'two-sources'],
    ['no channel', {}, { empty: true }, 'no-channel'],
    ['a pattern for a channel', { channel: 'a/+', payload: 'x' }, {}, 'bad-channel'],
    ['lines that are to be repeated', { channel: 'a' }, { lines: true, repeat: 2 }, 'repeated-stream'],
    ['envelopes that are to be repeated', {}, { json: true, repeat: 2 }, 'repeated-stream'],
    ['stdin twice', { channel: 'a' }, { file: ['-', '-'] }, 'repeated-stream']
  ])('%s', async (_what, args, flags, code) => {
    await expect(choose(args, flags).source).rejects.toMatchObject({ kind: 'usage', code })
  })

  it.each([
    [file, { lines: true }, `to publish what the file holds: --lines < ${file}`],
    [file, { json: true }, `to publish what the file holds: --json < ${file}`],
    ['text', { lines: true }, 'leave out --lines; it reads stdin: --lines < FILE'],
    ['text', { empty: true }, 'leave out --empty']
  ])('a payload and another source, with what reads a file: %s %j', async (payload, flags, suggestion) => {
    await expect(choose({ channel: 'a', payload }, flags).source).rejects.toMatchObject({ suggestion })
  })

  it.each([
    [{}, 'tidings publish CHANNEL PAYLOAD'],
    [{ lines: true }, 'tidings publish CHANNEL --lines'],
    [{ file: ['a.json'] }, 'tidings publish CHANNEL --file FILE'],
    [{ empty: true }, 'tidings publish CHANNEL --empty'],
    [{ null: true }, 'tidings publish CHANNEL --null']
  ])('no channel, with the line that names one: %j', async (flags, suggestion) => {
    await expect(choose({}, flags).source).rejects.toMatchObject({ code: 'no-channel', suggestion })
  })

  it('two kinds of lines, and says which lines each of them is for', async () => {
    await expect(choose({ channel: 'a' }, { lines: true, json: true }).source).rejects.toMatchObject({
      suggestion: expect.stringMatching(
        /leave out --lines if each line is an envelope.*; leave out --json if/
      )
    })
  })

  it('a file that is not there', async () => {
    await expect(choose({ channel: 'a' }, { file: [join(folder, 'none')] }).source).rejects.toMatchObject({
      kind: 'bad-input'
    })
  })
})

it('JSON whose quotes the shell has taken is warned of, and published as it is', async () => {
  const { source, warnings } = choose({ channel: 'a', payload: '{name:Ada}' })
  await source
  expect(warnings).toHaveLength(1)
})
