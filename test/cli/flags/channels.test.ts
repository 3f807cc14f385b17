import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { channelsRequestOf } from '../../../src/cli/flags/channels.js'
import { historyRequestOf, recordingOf } from '../../../src/cli/flags/channels-source.js'
import { newCatalogue } from '../../../src/cli/new-catalogue.js'
import { mqttGrammar } from '../../../src/transport/mqtt/channel-grammar.js'
import { messageOn } from '../../support/observed.js'

type Flags = Parameters<typeof channelsRequestOf>[1]
const flags: Flags = {
  argv: [],
  where: undefined,
  changed: undefined,
  for: undefined,
  count: undefined,
  recording: undefined,
  from: undefined,
  'until-end': undefined,
  'skip-unreadable': undefined,
  parameter: undefined,
  parameters: undefined,
  'max-channels': 2,
  'max-memory': 1_000_000,
  history: 3,
  tree: false,
  sort: undefined,
  json: false,
  schema: false,
  asyncapi: undefined,
  check: undefined,
  report: undefined,
  color: undefined
}
const request = (more: Partial<Flags> = {}, patterns?: string[]) =>
  channelsRequestOf(patterns, { ...flags, ...more }, mqttGrammar, () => undefined)

describe('what is asked of channels', () => {
  it('is everything for five seconds, where nothing else is said', () => {
    const { patterns, limits, form, document } = request()
    expect(patterns).toEqual([{ pattern: '#' }])
    expect(limits).toEqual({ timeout: 5000, count: undefined })
    expect(form).toMatchObject({ order: 'name', separator: '/' })
    expect(document).toBeUndefined()
  })

  it('is each pattern once, and no limit of time for zero', () => {
    expect(request({}, ['a', 'b', 'a']).patterns.map(({ pattern }) => pattern)).toEqual(['a', 'b'])
    expect(request({ for: 0 }).limits.timeout).toBeUndefined()
    expect(request({ 'until-end': true }).limits.timeout).toBeUndefined()
    expect(request({ 'until-end': true, for: 3 }).limits.timeout).toBe(3)
  })

  it('may be a document, which is no list: to compare with, or to bring up to date', () => {
    expect(request({ check: 'a.yaml' })).toMatchObject({
      document: { name: 'a.yaml', mustExist: true },
      mayUpdate: false,
      form: undefined
    })
    expect(request({ asyncapi: 'a.yaml' })).toMatchObject({
      document: { name: 'a.yaml', mustExist: false },
      mayUpdate: true
    })
  })

  it('is open where only patterns and bounds were named', () => {
    expect(request({}, ['a']).isOpen).toBe(true)
    for (const more of [
      { for: 1 },
      { count: 1 },
      { sort: 'rate' as const },
      { tree: true },
      { json: true },
      { schema: true },
      { asyncapi: 'a' },
      { check: 'a' }
    ])
      expect(request(more).isOpen).toBe(false)
  })

  it('is no bad pattern and no bad rule', () => {
    expect(() => request({}, ['a#'])).toThrow(expect.objectContaining({ kind: 'usage' }))
    expect(() => request({ parameter: ['device/temp'] })).toThrow(expect.objectContaining({ kind: 'usage' }))
  })
})

describe('the recording', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-channels-'))
  const file = join(folder, 'a.jsonl')
  writeFileSync(file, '')
  afterAll(() => rmSync(folder, { recursive: true }))

  const named = (recording?: string, from?: string, patterns: string[] = [], given: string[] = []) => {
    const warnings: string[] = []
    const warn = (text: string) => void warnings.push(text)
    return [recordingOf(patterns, { recording, from }, new Set(given), warn), warnings.length]
  }

  it('is named by --recording, and by --from where that is a file, as in version 0.1', () => {
    expect(named()).toEqual([undefined, 0])
    expect(named('x')).toEqual(['x', 0])
    expect(named(undefined, file)).toEqual([file, 1])
    expect(named(undefined, '-')).toEqual(['-', 1])
  })

  it('is not what --from names where there is no such file', () => {
    expect(() => named(undefined, join(folder, 'none'))).toThrow(
      expect.objectContaining({ code: 'no-such-recording' })
    )
  })

  it('is none where --from is a position in the history of the broker', () => {
    expect(named(undefined, 'beginning')).toEqual([undefined, 0])
    expect(named(undefined, '-10')).toEqual([undefined, 0])
    expect(
      historyRequestOf({ from: '5', 'until-end': true, 'skip-unreadable': undefined }, undefined, 0)
    ).toEqual({
      history: { from: { offset: 5 }, untilEnd: true },
      wishes: [
        ['--from', 'history'],
        ['--until-end', 'history']
      ]
    })
    expect(
      historyRequestOf({ from: file, 'until-end': undefined, 'skip-unreadable': undefined }, file, 0)
    ).toEqual({
      history: {},
      wishes: []
    })
  })
})

describe('a recording and a broker', () => {
  it('are not asked at once', () => {
    for (const flag of ['broker', 'for', 'until-end', 'username'])
      expect(() =>
        recordingOf([], { recording: 'x', from: undefined }, new Set(['recording', flag]), () => undefined)
      ).toThrow(expect.objectContaining({ code: 'recording-and-broker' }))
  })
})

describe('a catalogue', () => {
  it('has the bounds of the flags', () => {
    const catalogue = newCatalogue(flags, mqttGrammar, undefined)
    catalogue.observe(['a', 'b', 'c'].map((channel) => messageOn(channel, '1')))
    for (let n = 0; n < 9; n++) catalogue.observe([messageOn('a', '1')])
    expect(catalogue.channels).toHaveLength(2)
    expect(catalogue.get('a')?.history).toHaveLength(3)
  })

  it('of a broker begins when observing does', () => {
    expect(newCatalogue(flags, mqttGrammar, 7).startedAt).toBe(7)
  })
})
