import { describe, expect, it } from 'vitest'
import { TidingsError } from '../../src/core/errors.js'
import type { ReadableRecording } from '../../src/core/recording/readable-recording.js'
import type { RecordingItem } from '../../src/core/recording/recording-item.js'
import { readRecording } from '../../src/core/recording/recording-reader.js'
import { verifyRecording } from '../../src/operations/verify-recording.js'

const HEADER =
  '{"recording":{"version":2,"started":"2026-11-23T10:00:00Z","broker":"mqtt://h","patterns":["#"],"tidings":"0.2.0"}}'
const NOON = Date.UTC(2026, 10, 23, 12) * 1000
const entry = (second: number, channel = 'a') =>
  `{"channel":"${channel}","time":"2026-11-23T12:00:${String(second).padStart(2, '0')}Z","payload":1}`
const rethrow = (error: unknown): TidingsError => {
  throw error
}

const open = new AbortController().signal

const verify = (text: string, asFailure = rethrow) =>
  verifyRecording(
    (onHeader, position) => {
      async function* chunks() {
        yield Buffer.from(text)
      }
      return readRecording(chunks(), { name: 'f', onHeader, position })
    },
    asFailure,
    open
  )

describe('what a recording holds', () => {
  it('is counted: entries by channel, from the first to the last, with what the header says', async () => {
    const report = await verify([HEADER, entry(1), entry(2, 'b'), entry(31), ''].join('\n'))
    expect(report).toMatchObject({
      entries: 3,
      first: NOON + 1_000_000,
      last: NOON + 31_000_000,
      length: 30_000_000,
      header: { broker: 'mqtt://h' },
      damaged: 0,
      failure: undefined,
      torn: false
    })
    expect([...report.channels]).toEqual([
      ['a', 2],
      ['b', 1]
    ])
  })

  it('is nothing in an empty one', async () => {
    expect(await verify('')).toMatchObject({ entries: 0, first: undefined, length: undefined, damaged: 0 })
  })

  it('has the last date as its line says it, where dates went back, and the length of a replay', async () => {
    expect(await verify([entry(10), entry(5), entry(7), ''].join('\n'))).toMatchObject({
      first: NOON + 10_000_000,
      last: NOON + 7_000_000,
      wentBack: { times: 1, by: 5_000_000 },
      length: 2_000_000
    })
  })

  it('has no dates where its lines have none', async () => {
    const report = await verify('{"channel":"a","payload":1}\n')
    expect(report).toMatchObject({ entries: 1, first: undefined, last: undefined, length: undefined })
  })

  it('is not told where a signal has ended the reading: nobody knows the rest', async () => {
    const stop = new AbortController()
    async function* read(): AsyncGenerator<RecordingItem[]> {
      yield [{ position: 1, message: { channel: 'a', payload: null, headers: [], time: 1 } }]
      stop.abort('SIGINT')
    }
    const verifying = verifyRecording(read as ReadableRecording['open'], rethrow, stop.signal)
    await expect(verifying).rejects.toMatchObject({ kind: 'interrupted', details: { signal: 'SIGINT' } })
  })

  it('names ten thousand channels, and counts the others together', async () => {
    async function* read(): AsyncGenerator<RecordingItem[]> {
      for (const name of ['c0', 'late'])
        yield Array.from({ length: 10_001 }, (_, n): RecordingItem => {
          const channel = name === 'late' ? 'c0' : `c${n}`
          return { position: 0, message: { channel, payload: null, headers: [], time: 0 } }
        })
    }
    const { channels } = await verifyRecording(read as ReadableRecording['open'], rethrow, open)
    expect(channels.size).toBe(10_001)
    expect([channels.get('c0'), channels.get(undefined)]).toEqual([10_002, 1])
  })
})

describe('what is wrong with a recording', () => {
  it('is counted beyond the first fault, which is the one that is told', async () => {
    const report = await verify([entry(1), 'not JSON', entry(2), '{"channel":1}', entry(3), ''].join('\n'))
    expect(report).toMatchObject({ entries: 3, damaged: 2, torn: false })
    expect(report.failure?.details.line).toBe(2)
  })

  it('may be a torn end', async () => {
    expect(await verify(`${entry(1)}\n{"chan`)).toMatchObject({ entries: 1, damaged: 1, torn: true })
  })

  it('may be that it cannot be read on: the report says what came before', async () => {
    const failure = new TidingsError('bad-input', 'cannot read "f": damaged', { code: 'damaged-gzip' })
    async function* read(): AsyncGenerator<RecordingItem[]> {
      yield [{ position: 1, message: { channel: 'a', payload: null, headers: [], time: 1 } }]
      throw new Error('zlib')
    }
    const report = await verifyRecording(read as ReadableRecording['open'], () => failure, open)
    expect(report).toMatchObject({ entries: 1, damaged: 1, failure })
    await expect(verifyRecording(read as ReadableRecording['open'], rethrow, open)).rejects.toThrow('zlib')
  })
})
