import { describe, expect, it } from 'vitest'
import type { RecordingFiles } from '../../src/core/recording/recording-files.js'
import { Recorder, type RecorderOptions } from '../../src/operations/recorder.js'
import { FakeClock } from '../support/fake-clock.js'
import { textMessage } from '../support/memory-connection.js'

/** Recordings in memory, by their names. */
function recording(
  more: Partial<RecorderOptions> = {},
  there: { started?: number; lastOffset?: number; dropped?: number } = {}
) {
  const clock = new FakeClock()
  const texts = new Map<string, string>()
  const writerOf = (name: string) => {
    texts.set(name, texts.get(name) ?? '')
    return {
      get size() {
        return texts.get(name)?.length ?? 0
      },
      append: async (bytes: Uint8Array) => void texts.set(name, (texts.get(name) ?? '') + Buffer.from(bytes)),
      close: async () => undefined
    }
  }
  const files: RecordingFiles = {
    create: async (name) => writerOf(name),
    discard: () => undefined,
    continue: async (name) => ({
      writer: writerOf(name),
      dropped: there.dropped ?? 0,
      started: there.started,
      lastOffset: there.lastOffset
    })
  }
  const options: RecorderOptions = {
    files,
    clock,
    broker: 'mqtt://memory',
    patterns: ['#'],
    tidings: '1',
    output: 'a.jsonl',
    mode: 'new',
    rotate: undefined,
    ...more
  }
  const linesOf = (name: string) =>
    (texts.get(name) ?? '')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
  return { clock, texts, linesOf, open: () => Recorder.open(options) }
}

describe('a recording', () => {
  it('begins with a header, and counts each message from there', async () => {
    const { clock, linesOf, open } = recording()
    const recorder = await open()
    await clock.advance(250)
    await recorder.write([textMessage('a'), textMessage('b')])
    await clock.advance(1000)
    await recorder.write([textMessage('a')])
    const [header, ...entries] = linesOf('a.jsonl')
    expect(header.recording).toMatchObject({ broker: 'mqtt://memory', patterns: ['#'] })
    expect(entries.map(({ offset, channel }) => [offset, channel])).toEqual([
      [250_000, 'a'],
      [250_000, 'b'],
      [1_250_000, 'a']
    ])
    expect([recorder.entries, [...recorder.channels]]).toEqual([
      3,
      [
        ['a', 2],
        ['b', 1]
      ]
    ])
  })

  it('places a message where it arrived, however long it waited for the file', async () => {
    const { clock, linesOf, open } = recording()
    const began = clock.now()
    const recorder = await open()
    const arrived = (after: number) => textMessage('a', '', { time: began + after })
    await clock.advance(60)
    await recorder.write([arrived(15_000), arrived(20_000)])
    await clock.advance(1)
    // A clock that was set: back, and forward.
    await recorder.write([arrived(-5_000_000), arrived(5_000_000), textMessage('b')])
    expect(linesOf('a.jsonl').flatMap(({ offset }) => offset ?? [])).toEqual([
      15_000, 20_000, 20_000, 61_000, 61_000
    ])
  })

  it('begins when it was asked for, although the file comes later', async () => {
    const { clock, linesOf, open } = recording({ began: 0 })
    const began = clock.now()
    await clock.advance(45)
    const recorder = await open()
    await recorder.write([textMessage('kept', '', { time: began + 2000 })])
    await clock.advance(955)
    await recorder.write([textMessage('live', '', { time: began + 1_000_000 })])
    const [header, ...entries] = linesOf('a.jsonl')
    expect(Date.parse(header.recording.started) * 1000).toBe(began)
    expect(entries.map(({ offset }) => offset)).toEqual([2000, 1_000_000])
  })

  it.each([
    ['new', {}],
    ['overwrite', { mode: 'overwrite' as const }],
    ['a history, whose header comes with its first message', { isHistory: true }],
    ['continued, and was not there', { mode: 'continue' as const }]
  ])('that cannot take its header does not stay: %s', async (_what, more) => {
    const full = new Error('full')
    const log: string[] = []
    const writer = {
      size: 0,
      append: () => Promise.reject(full),
      close: async () => {
        log.push('closed')
        throw new Error('full, too')
      }
    }
    const files: RecordingFiles = {
      create: async () => writer,
      discard: (name) => void log.push(`discarded ${name}`),
      continue: async () => ({ writer, dropped: 0, started: undefined, lastOffset: undefined })
    }
    const writing = async () => {
      const recorder = await recording({ ...more, files }).open()
      await recorder.write([textMessage('a')]).finally(() => recorder.close())
    }
    await expect(writing()).rejects.toBe(full)
    expect(log).toEqual(['closed', 'discarded a.jsonl'])
  })

  it('counts no more channels than a hostile broker may make up', async () => {
    const recorder = await recording().open()
    await recorder.write(Array.from({ length: 10_002 }, (_, at) => textMessage(`c/${at}`)))
    await recorder.write([textMessage('c/1')])
    expect(recorder.channels.size).toBe(10_001)
    expect([recorder.channels.get(undefined), recorder.channels.get('c/1')]).toEqual([2, 2])
  })
})

describe('a recording in several files', () => {
  it('goes on in the next once one has its age, and each has a header of its own', async () => {
    const { clock, texts, linesOf, open } = recording({ rotate: { duration: 60_000_000 } })
    const recorder = await open()
    await recorder.write([textMessage('a')])
    await clock.advance(59_999)
    await recorder.write([textMessage('b')])
    await clock.advance(2)
    await recorder.write([textMessage('c')])
    expect([...texts.keys()]).toEqual(['a-0001.jsonl', 'a-0002.jsonl'])
    const [header, entry] = linesOf('a-0002.jsonl')
    expect(header.recording.started).toBe('2026-01-01T00:01:00.001000Z')
    expect(entry).toMatchObject({ offset: 0, channel: 'c' })
    expect(recorder.names).toEqual(['a-0001.jsonl', 'a-0002.jsonl'])
  })

  it('goes on in the next once one has its size, also within a batch, and counts all bytes', async () => {
    const { texts, open } = recording({ rotate: { bytes: 300 } })
    const recorder = await open()
    await recorder.write(Array.from({ length: 6 }, () => textMessage('a', 'x'.repeat(100))))
    expect(texts.size).toBeGreaterThan(2)
    expect(recorder.bytes).toBe([...texts.values()].join('').length)
  })
})

describe('a recording that is continued', () => {
  const before = Date.UTC(2025, 11, 31, 23) * 1000

  it('keeps the silence between the two sittings', async () => {
    const { linesOf, open } = recording({ mode: 'continue' }, { started: before, lastOffset: 5, dropped: 7 })
    const recorder = await open()
    await recorder.write([textMessage('a')])
    expect(linesOf('a.jsonl')).toMatchObject([{ offset: 3_600_000_000 }])
    expect(recorder.dropped).toBe(7)
  })

  it('goes on behind its last entry where the clock was set back', async () => {
    const { linesOf, open } = recording({ mode: 'continue' }, { started: before, lastOffset: 7_200_000_000 })
    await (await open()).write([textMessage('a')])
    expect(linesOf('a.jsonl')).toMatchObject([{ offset: 7_200_000_001 }])
  })

  it('begins with a header where it was empty', async () => {
    const { linesOf, open } = recording({ mode: 'continue' })
    await open()
    expect(linesOf('a.jsonl')).toMatchObject([{ recording: { version: 2 } }])
  })
})

describe('a recording of history', () => {
  const START = Date.UTC(2025, 0, 1) * 1000
  const published = (second: number, channel = 'a') => ({
    ...textMessage(channel),
    sourceTime: START + second * 1_000_000
  })
  const startedOf = (line: { recording: { started: string } }) => Date.parse(line.recording.started) * 1000

  it('begins with its first message, and counts from the time of its publication', async () => {
    const { clock, linesOf, texts, open } = recording({ isHistory: true })
    const recorder = await open()
    expect(texts.get('a.jsonl')).toBe('')
    await recorder.write([published(10), published(12)])
    await clock.advance(500)
    await recorder.write([published(11), published(70)])
    await recorder.close()
    const [header, ...entries] = linesOf('a.jsonl')
    expect(startedOf(header)).toBe(START + 10_000_000)
    expect(entries.map(({ offset }) => offset / 1_000_000)).toEqual([0, 2, 2, 60])
  })

  it('that has no message has a header', async () => {
    const { linesOf, open } = recording({ isHistory: true })
    await (await open()).close()
    expect(linesOf('a.jsonl')).toMatchObject([{ recording: { broker: 'mqtt://memory' } }])
  })

  it('counts anew in each of several files', async () => {
    const { linesOf, open } = recording({ isHistory: true, rotate: { bytes: 1 } })
    const recorder = await open()
    await recorder.write([published(0)])
    await recorder.write([published(5)])
    await recorder.close()
    expect(recorder.names.length).toBeGreaterThan(1)
    const last = linesOf(recorder.names.at(-1) ?? '')
    expect(startedOf(last[0])).toBe(START + 5_000_000)
    expect(last[1]).toMatchObject({ offset: 0 })
  })

  it('is continued behind its last message', async () => {
    const there = { started: START, lastOffset: 9_000_000 }
    const { linesOf, open } = recording({ isHistory: true, mode: 'continue' }, there)
    const recorder = await open()
    await recorder.write([published(3), published(4)])
    await recorder.close()
    expect(linesOf('a.jsonl').map(({ offset }) => offset)).toEqual([9_000_000, 10_000_000])
  })
})
