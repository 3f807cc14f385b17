import { describe, expect, it } from 'vitest'
import type { RecordingReport } from '../../src/core/recording/recording-report.js'
import { formatVerifyJson, formatVerifyReport } from '../../src/ui/verify-report.js'

const NOON = Date.UTC(2026, 10, 23, 12) * 1000
const MINUTE = 60_000_000
const whole: RecordingReport = {
  entries: 3,
  first: NOON,
  last: NOON + MINUTE,
  length: MINUTE,
  wentBack: { times: 0, by: 0 },
  header: {
    tidings: '0.2.0',
    broker: 'mqtt://house',
    patterns: ['a', 'b/#'],
    started: NOON
  },
  channels: new Map([
    ['a', 2],
    ['evil\x1b[2J', 1]
  ]),
  damaged: 0,
  failure: undefined,
  torn: false
}
const report = (more: Partial<RecordingReport> = {}) => formatVerifyReport('r.jsonl', { ...whole, ...more })
const json = (more: Partial<RecordingReport> = {}) =>
  JSON.parse(formatVerifyJson('r.jsonl', { ...whole, ...more }))

describe('the report on a recording', () => {
  it('says how much it holds, of what, where from, and nothing that a terminal obeys', () => {
    const text = report()
    expect(text).toMatch(/^r\.jsonl: 3 entries, whole\n/)
    expect(text).toContain('from mqtt://house, a b/#, by tidings 0.2.0')
    expect(text).toContain('2026-11-23T12:00:00.000000Z to 2026-11-23T12:01:00.000000Z, 1m')
    expect(text).toContain('evil\\u001b[2J')
    expect(text).not.toContain('\x1b')
  })

  it('counts one entry as one, and says nothing of times where there is no entry', () => {
    expect(report({ entries: 1 })).toContain('1 entry,')
    expect(report({ entries: 0, header: undefined, channels: new Map() })).toBe('r.jsonl: 0 entries, whole\n')
  })

  it('says whether lines are damaged or the end is torn', () => {
    expect(report({ damaged: 1 })).toContain(', damaged\n')
    expect(report({ damaged: 1, torn: true })).toContain(', torn at its end\n')
  })

  it('says what of the times is not known', () => {
    expect(report({ length: undefined, first: undefined, last: undefined })).toContain('no times')
    expect(report({ first: undefined, last: undefined })).toContain('1m by the offsets, no dates')
  })

  it('says how often the dates go back', () => {
    expect(report({ wentBack: { times: 2, by: MINUTE } })).toContain(
      'the dates go back 2 times, by 1m in all'
    )
  })
})

describe('the report as JSON', () => {
  it('is one line with the same facts', () => {
    expect(formatVerifyJson('r.jsonl', whole)).toMatch(/^[^\n]*\n$/)
    expect(json()).toEqual({
      file: 'r.jsonl',
      entries: 3,
      first: '2026-11-23T12:00:00.000000Z',
      last: '2026-11-23T12:01:00.000000Z',
      seconds: 60,
      channels: { a: 2, 'evil\x1b[2J': 1 },
      torn: false,
      damaged: 0
    })
  })

  it('leaves out what is not known, and the channels that were not counted one by one', () => {
    const channels = new Map<string | undefined, number>([
      ['a', 2],
      [undefined, 5]
    ])
    expect(json({ first: undefined, last: undefined, length: undefined, channels })).toEqual({
      file: 'r.jsonl',
      entries: 3,
      channels: { a: 2 },
      torn: false,
      damaged: 0
    })
    expect(json({ wentBack: { times: 2, by: 1 } })).toMatchObject({ wentBack: 2 })
  })
})
