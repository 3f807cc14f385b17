import { expect, test } from 'vitest'
import { formatChannelCounts, formatRecordProgress, formatRecordSummary } from '../../src/ui/record-report.js'

const counts = {
  entries: 1234,
  bytes: 56_789,
  names: ['a.jsonl'],
  dropped: 0,
  channels: new Map<string | undefined, number>([
    ['b', 34],
    ['evil\x1b[2J', 1200]
  ])
}

test('the summary of a recording names the busiest channels first, with nothing that a terminal obeys', () => {
  expect(formatRecordSummary(counts, 5000)).toEqual([
    'Recorded 1,234 messages to a.jsonl: 57 kB, 5 s',
    '  1,200  evil\\u001b[2J',
    '     34  b'
  ])
})

test('several files are named by the first and the last', () => {
  expect(formatRecordSummary({ ...counts, names: ['a-0001', 'a-0002'] }, 5000)[0]).toContain(
    '2 files, a-0001 to a-0002'
  )
})

test('no file is named where none could be written', () => {
  expect(
    formatRecordSummary({ ...counts, entries: 0, bytes: 0, names: [], channels: new Map() }, 67)
  ).toEqual(['Recorded 0 messages: 0 bytes, 67 ms'])
})

test('of very many channels the busiest are listed and the rest is counted', () => {
  const channels = new Map<string | undefined, number>(
    Array.from({ length: 25 }, (_, n) => [`c${n}`, 100 - n])
  )
  const lines = formatChannelCounts(channels.set(undefined, 7))
  expect(lines).toHaveLength(21)
  expect(lines.at(-1)).toBe(`  ${80 + 79 + 78 + 77 + 76 + 7} on 5 or more further channels`)
})

test('the live line says count, rate and size', () => {
  expect(formatRecordProgress(counts, 2000)).toBe('Recording: 1,234 messages, 617/s, 57 kB, 2 s')
})
