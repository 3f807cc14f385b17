import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ByteWriter } from '../../../src/core/byte-writer.js'
import { formatEnvelope } from '../../../src/core/envelope/envelope.js'
import type { Message } from '../../../src/core/message.js'
import { payloadBytes } from '../../../src/core/message.js'
import { encodeEntry, parseEntry, parseOffset } from '../../../src/core/recording/recording-entry.js'
import { formatRecordingHeader, parseRecordingHeader } from '../../../src/core/recording/recording-header.js'
import { isBroken, type RecordingItem } from '../../../src/core/recording/recording-item.js'
import { isCompressed, numberedName } from '../../../src/core/recording/recording-name.js'
import { RecordingPosition } from '../../../src/core/recording/recording-position.js'
import { readRecording } from '../../../src/core/recording/recording-reader.js'
import { judgeTail } from '../../../src/core/recording/recording-tail.js'

const STARTED = Date.UTC(2026, 10, 23, 10) * 1000
const header = { started: STARTED, broker: 'mqtt://h', patterns: ['#'], tidings: '0.1.0' }
const message = (text: string, time?: number): Message => ({
  channel: 'a',
  payload: Buffer.from(text),
  headers: [],
  guarantee: 1,
  mqtt: { retain: false },
  ...(time !== undefined && { time })
})

function entry(offset: number, sent: Message = message('1', STARTED + offset)): string {
  const line = new ByteWriter()
  encodeEntry(sent, offset, line)
  return Buffer.from(line.take()).toString()
}

async function read(text: string | Uint8Array, size = 1_000_000): Promise<RecordingItem[]> {
  const bytes = Buffer.from(text)
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
  }
  const items: RecordingItem[] = []
  for await (const batch of readRecording(chunks(), { name: 'f' })) items.push(...batch)
  return items
}

const positions = (items: readonly RecordingItem[]) => items.map(({ position }) => position - STARTED)
const faults = (items: readonly RecordingItem[]) => items.filter(isBroken).map(({ broken }) => broken.message)

describe('the header', () => {
  test('comes back', () => {
    expect(parseRecordingHeader(Buffer.from(formatRecordingHeader(header)))).toEqual({
      version: 2,
      ...header
    })
  })

  test('of a newer format is refused with a reason', () => {
    expect(() => parseRecordingHeader(Buffer.from('{"recording":{"version":3}}'))).toThrow('newer than 2')
    for (const version of ['0', '-1', '1.5', '"1"'])
      expect(() => parseRecordingHeader(Buffer.from(`{"recording":{"version":${version}}}`))).toThrow(
        'names no version'
      )
  })

  test('of a newer format ends the reading, after everything before it: its lines are not damaged', async () => {
    const items: RecordingItem[] = []
    const reading = async () => {
      async function* chunks() {
        yield Buffer.from(`${entry(0)}{"recording":{"version":3}}\n${entry(1)}`)
      }
      for await (const batch of readRecording(chunks(), { name: 'f' })) items.push(...batch)
    }
    await expect(reading()).rejects.toMatchObject({
      message: 'cannot read "f", line 2: it is a recording of version 3, newer than 2',
      suggestion: 'use a newer tidings for it'
    })
    expect(items).toHaveLength(1)
  })

  test('is optional', async () => {
    expect(positions(await read(`${formatEnvelope(message('1', STARTED))}\n`))).toEqual([0])
  })
})

describe('an entry', () => {
  test('is an envelope line that begins with its offset', () => {
    expect(entry(1234)).toMatch(/^\{"offset":1234,"channel":"a",.*\}\n$/)
  })

  test('comes back with its offset, whatever the message', () => {
    const text = fc.string({ unit: 'grapheme' })
    fc.assert(
      fc.property(
        fc.uint8Array(),
        fc.array(fc.tuple(text, text)),
        fc.nat(),
        fc.constantFrom(0 as const, 1 as const, 2 as const),
        fc.boolean(),
        (payload, headers, offset, qos, retain) => {
          const sorted = headers.sort(([a], [b]) => (a < b ? -1 : 1))
          const sent: Message = {
            channel: 'a/b',
            payload,
            headers: sorted,
            guarantee: qos,
            mqtt: { retain },
            time: STARTED
          }
          const line = Buffer.from(entry(offset, sent).slice(0, -1))
          const read = parseEntry(line, new RecordingPosition())
          expect(parseOffset(line)).toBe(offset)
          expect({ ...read.message, payload: Buffer.from(payloadBytes(read.message)) }).toEqual({
            ...sent,
            payload: Buffer.from(payload)
          })
        }
      )
    )
  })

  test('keeps its offset if a program such as jq -S has sorted its fields', () => {
    const line = '{"channel":"a","encoding":"json","offset":77,"payload":{"offset":1}}'
    expect(parseOffset(Buffer.from(line))).toBe(77)
  })

  test.each([
    ['{"offset":07,"channel":"a","payload":1}', 'it is not JSON at byte 11'],
    ['{"offset":7,}', 'it is not JSON at byte 13'],
    ['{"offset":7,"channel":"a","payload":1', 'it is not JSON at byte 38'],
    ['{"offset":7,1}', 'it is not JSON at byte 13'],
    ['{"offset":7,"channel":"a"}', 'field "payload" is missing']
  ])('is valid JSON to its last byte: %s', (line, reason) => {
    expect(() => parseEntry(Buffer.from(line), new RecordingPosition())).toThrow(reason)
  })

  test('keeps its offset if a program has put spaces between its fields', () => {
    const line = Buffer.from('{ "offset" : 7 , "channel" : "a", "payload" : 1 }')
    expect(parseOffset(line)).toBe(7)
    expect(parseOffset(Buffer.from('{"offset":7, "channel" : "a", "payload" : 1 }'))).toBe(7)
  })

  test.each([
    '-5',
    '1e308',
    '1e999',
    '1000000000000000',
    '123456789012345678901234567890',
    '"7"',
    '[]',
    'true'
  ])('is broken by an offset of %s, wherever it stands', (offset) => {
    for (const line of [
      `{"offset":${offset},"channel":"a","payload":1}`,
      `{"channel":"a","payload":1,"offset":${offset}}`
    ])
      expect(() => parseEntry(Buffer.from(line), new RecordingPosition())).toThrow(
        /^field "offset" is .*: must be a number of microseconds from 0 to 999999999999999$/
      )
  })

  test.each([
    ['1.5', 2],
    ['1e3', 1000],
    ['999999999999999', 999_999_999_999_999],
    ['null', undefined]
  ])('reads an offset of %s as %s', (offset, expected) => {
    expect(parseOffset(Buffer.from(`{"offset":${offset},"channel":"a","payload":1}`))).toBe(expected)
  })

  test("does not take a payload's offset for its own", () => {
    expect(parseOffset(Buffer.from('{"channel":"a","payload":{"offset":1}}'))).toBeUndefined()
  })
})

describe('the position of an entry', () => {
  test('is counted from the header by a clock that never jumps, and not by receive times', async () => {
    const text = formatRecordingHeader(header) + entry(0, message('1', 5)) + entry(2_000_000, message('2', 1))
    expect(positions(await read(text))).toEqual([0, 2_000_000])
  })

  test('is counted from the first receive time if the header was cut away', async () => {
    expect(positions(await read(entry(5_000_000) + entry(7_000_000)))).toEqual([5_000_000, 7_000_000])
  })

  test('is the receive time if there is no offset, and the position before it if there is no time', async () => {
    const lines = [message('1', STARTED), message('2'), message('3', STARTED + 5)].map(
      (each) => `${formatEnvelope(each)}\n`
    )
    expect(positions(await read(lines.join('')))).toEqual([0, 0, 5])
  })

  test('never decreases: if a clock was set back, the rest of the recording is moved forward', async () => {
    const times = [0, 10_000_000, 3_000_000, 4_000_000].map(
      (at) => `${formatEnvelope(message('1', STARTED + at))}\n`
    )
    expect(positions(await read(times.join('')))).toEqual([0, 10_000_000, 10_000_000, 11_000_000])
  })

  test('follows at once what has no date before the first date: nobody waits since 1970', async () => {
    const dated = (at: number) => `${formatEnvelope(message('1', STARTED + at))}\n`
    const text = `{"channel":"a","payload":1}\n${dated(0)}${dated(7)}`
    expect((await read(text)).map(({ position }) => position)).toEqual([0, 0, 7])
    const offsets = '{"offset":3,"channel":"a","payload":1}\n{"offset":8,"channel":"a","payload":1}\n'
    const end = '{"offset":10,"channel":"a","payload":1}\n'
    expect((await read(offsets + dated(0) + dated(7) + end)).map(({ position }) => position)).toEqual([
      0, 5, 5, 12, 12
    ])
  })

  test('is counted on where offsets start again behind a clock that went back', async () => {
    const dated = (at: number) => `${formatEnvelope(message('1', STARTED + at))}\n`
    const offset = (at: number) => `{"offset":${at},"channel":"a","payload":1}\n`
    const text = dated(10_000_000) + dated(0) + offset(5) + offset(6) + offset(1) + offset(2)
    expect(positions(await read(text))).toEqual([0, 0, 0, 1, 1, 2].map((at) => at + 10_000_000))
  })

  test('is the recorded time also in a second recording after the first', async () => {
    const later = { ...header, started: STARTED + 60_000_000 }
    const text = formatRecordingHeader(header) + entry(1) + formatRecordingHeader(later) + entry(1)
    expect(positions(await read(text))).toEqual([1, 60_000_001])
  })
})

describe('reading', () => {
  const text = formatRecordingHeader(header) + Array.from({ length: 200 }, (_, at) => entry(at)).join('')

  test('gives the same for any chunks of bytes', async () => {
    for (const size of [1, 3, 100, 4096])
      expect(positions(await read(text, size))).toEqual(positions(await read(text)))
  })

  test('accepts a byte order mark, carriage returns, blank lines and a missing last newline', async () => {
    const edited = `\ufeff${text}`.replaceAll('\n', '\r\n').replace(/\r\n$/, '').replace('\r\n', '\r\n\r\n')
    const items = await read(edited)
    expect(faults(items)).toEqual([])
    expect(items).toHaveLength(200)
  })

  test('names a broken line, and continues after it', async () => {
    const items = await read(`${entry(0)}{"channel":"a"}\n${entry(1)}`)
    expect(faults(items)).toEqual(['cannot read "f", line 2: field "payload" is missing'])
    expect(items).toHaveLength(3)
  })

  test('an empty file holds nothing', async () => {
    expect(await read('')).toEqual([])
  })
})

describe('the end of a recording', () => {
  test('torn at any byte of its last line is dropped to the last whole line, and no further', () => {
    const before = entry(41)
    const last = entry(42)
    for (let cut = 1; cut < last.length - 1; cut++) {
      const tail = Buffer.from(before + last.slice(0, cut))
      expect(judgeTail(tail)).toEqual({ torn: cut, lacksNewline: false, lastOffset: 41 })
    }
    expect(judgeTail(Buffer.from(before + last))).toEqual({ torn: 0, lacksNewline: false, lastOffset: 42 })
    expect(judgeTail(Buffer.from(before + last.trimEnd()))).toEqual({
      torn: 0,
      lacksNewline: true,
      lastOffset: 42
    })
  })

  test('of zeros, as some file systems leave it after a loss of power, is dropped', () => {
    const tail = Buffer.concat([Buffer.from(entry(7)), Buffer.alloc(512)])
    expect(judgeTail(tail)).toEqual({ torn: 512, lacksNewline: false, lastOffset: 7 })
  })
})

test.each([
  ['traffic.jsonl', 'traffic-0003.jsonl'],
  ['traffic.jsonl.gz', 'traffic-0003.jsonl.gz'],
  ['a.b/traffic', 'a.b/traffic-0003'],
  ['a/.hidden', 'a/.hidden-0003'],
  ['v1.2', 'v1.2-0003']
])('the third file of %s is %s', (name, third) => {
  expect(numberedName(name, 3)).toBe(third)
  expect(isCompressed(name)).toBe(isCompressed(third))
})
