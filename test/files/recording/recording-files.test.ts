import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatEnvelope } from '../../../src/core/envelope/envelope.js'
import type { Message } from '../../../src/core/message.js'
import { payloadBytes } from '../../../src/core/message.js'
import { isBroken } from '../../../src/core/recording/recording-item.js'
import { readRecording } from '../../../src/core/recording/recording-reader.js'
import { gunzip } from '../../../src/files/recording/gunzip.js'
import { recordingFiles } from '../../../src/files/recording/recording-files.js'
import { Recorder } from '../../../src/operations/recorder.js'
import { FakeClock } from '../../support/fake-clock.js'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidings-recording-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const message = (number: number): Message => ({
  channel: `plant/${number % 3}`,
  payload: Buffer.from(`{"number":${number},"text":"${'x'.repeat(number % 40)}"}`),
  headers: [],
  guarantee: 1,
  mqtt: { retain: false },
  time: Date.UTC(2026, 10, 23) * 1000 + number
})

type Choice = Partial<Parameters<typeof Recorder.open>[0]>

const open = (output: string, choice: Choice = {}) =>
  Recorder.open({
    files: recordingFiles('never'),
    clock: new FakeClock(),
    output,
    mode: 'new',
    rotate: undefined,
    broker: 'mqtt://test',
    patterns: ['#'],
    tidings: '0.0.0',
    ...choice
  })

async function recordSome(
  output: string,
  numbers: readonly number[],
  choice: Choice = {}
): Promise<Recorder> {
  const recorder = await open(output, choice)
  for (const number of numbers) await recorder.write([message(number)])
  await recorder.close()
  return recorder
}

async function* whole(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

async function payloadsIn(bytes: Uint8Array): Promise<{ numbers: number[]; broken: number }> {
  const numbers: number[] = []
  let broken = 0
  for await (const items of readRecording(whole(bytes), { name: 'f' })) {
    for (const item of items) {
      if (isBroken(item)) broken++
      else numbers.push(JSON.parse(Buffer.from(payloadBytes(item.message)).toString()).number)
    }
  }
  return { numbers, broken }
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index)

describe('a recording', () => {
  test.each(['a.jsonl', 'a.jsonl.gz'])(
    '%s can be read by its owner only, and is overwritten only if the user asks for it',
    async (name) => {
      const path = join(folder, name)
      await recordSome(path, [1])
      expect(statSync(path).mode & 0o777).toBe(0o600)
      const before = readFileSync(path)
      await expect(open(path)).rejects.toMatchObject({ kind: 'usage', code: 'file-exists' })
      expect(readFileSync(path)).toEqual(before)
    }
  )

  test('that is replaced holds only the new messages, and is private from then on', async () => {
    const path = join(folder, 'replaced.jsonl')
    writeFileSync(path, 'something long that was there before\n'.repeat(100))
    chmodSync(path, 0o644)
    await recordSome(path, [5], { mode: 'overwrite' })
    expect(await payloadsIn(readFileSync(path))).toEqual({ numbers: [5], broken: 0 })
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  test('in a missing folder fails with output', async () => {
    await expect(open(join(folder, 'none', 'a.jsonl'))).rejects.toMatchObject({ kind: 'output' })
  })

  test('on a full disk fails with output', async () => {
    const recorder = open('/dev/full', { mode: 'overwrite' })
    await expect(recorder).rejects.toMatchObject({ kind: 'output', code: 'disk-full' })
  })
})

describe('continuing a recording', () => {
  test.each(['c.jsonl', 'c.jsonl.gz'])(
    '%s continues after the last entry, with offsets from the same start',
    async (name) => {
      const path = join(folder, name)
      const clock = new FakeClock()
      await recordSome(path, [1, 2], { clock })
      await clock.advance(5000)
      const recorder = await recordSome(path, [3], { clock, mode: 'continue' })
      expect(recorder.dropped).toBe(0)
      const bytes = readFileSync(path)
      const lines = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString().trimEnd().split('\n')
      expect(lines).toHaveLength(4)
      expect(lines.map((line) => JSON.parse(line).offset)).toEqual([undefined, 0, 0, 5_000_000])
    }
  )

  test('a clock that was set back does not make offsets decrease', async () => {
    const path = join(folder, 'back.jsonl')
    const clock = new FakeClock(Date.UTC(2026, 5, 1) * 1000)
    const recorder = await open(path, { clock })
    await clock.advance(5000)
    await recorder.write([message(1)])
    await recorder.close()
    await recordSome(path, [2], { clock: new FakeClock(Date.UTC(2026, 1, 1) * 1000), mode: 'continue' })
    const offsets = readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).offset)
    expect(offsets).toEqual([undefined, 5_000_000, 5_000_001])
  })

  test('of lines without a header gets one, and a missing last newline', async () => {
    const path = join(folder, 'bare.jsonl')
    writeFileSync(path, formatEnvelope(message(1)))
    await recordSome(path, [2], { mode: 'continue' })
    expect(await payloadsIn(readFileSync(path))).toEqual({ numbers: [1, 2], broken: 0 })
  })

  test('that does not exist yet begins it', async () => {
    const path = join(folder, 'fresh.jsonl')
    await recordSome(path, [1], { mode: 'continue' })
    expect(await payloadsIn(readFileSync(path))).toEqual({ numbers: [1], broken: 0 })
  })

  test('is refused for a file that is no recording, and does not change the file', async () => {
    const path = join(folder, 'notes.txt')
    writeFileSync(path, 'dear diary,\nnothing happened')
    await expect(recordSome(path, [1], { mode: 'continue' })).rejects.toMatchObject({
      kind: 'bad-input',
      code: 'unknown-recording'
    })
    expect(readFileSync(path, 'utf8')).toBe('dear diary,\nnothing happened')
  })

  test('cut off at every single byte of its last 4 KB loses nothing but the torn line', async () => {
    const path = join(folder, 'cut.jsonl')
    await recordSome(path, range(0, 40))
    const bytes = readFileSync(path)
    const from = Math.max(0, bytes.length - 4096)
    expect(from).toBeGreaterThan(0)
    const cutPath = join(folder, 'cut-here.jsonl')
    for (let cut = from; cut <= bytes.length; cut++) {
      const cutBytes = bytes.subarray(0, cut)
      writeFileSync(cutPath, cutBytes)
      const lines = cutBytes.toString().split('\n')
      const torn = lines.at(-1) ?? ''
      // The last line lacks only its newline exactly if the next byte is that newline.
      const lacksNewline = bytes[cut] === 0x0a
      const kept = lines.length - 2 + (lacksNewline ? 1 : 0)
      expect((await payloadsIn(cutBytes)).numbers).toEqual(range(0, kept))
      const recorder = await recordSome(cutPath, [1000], { mode: 'continue' })
      expect(recorder.dropped).toBe(lacksNewline ? 0 : torn.length)
      expect(await payloadsIn(readFileSync(cutPath))).toEqual({
        numbers: [...range(0, kept), 1000],
        broken: 0
      })
    }
  })

  test('cut off at every single byte of its compressed last 4 KB keeps all that can be read', async () => {
    const path = join(folder, 'cut.jsonl.gz')
    await recordSome(path, range(0, 60), { files: recordingFiles('always') })
    const bytes = readFileSync(path)
    const cutPath = join(folder, 'cut-here.jsonl.gz')
    let most = 0
    for (let cut = Math.max(0, bytes.length - 4096); cut <= bytes.length; cut++) {
      writeFileSync(cutPath, bytes.subarray(0, cut))
      const readable: Uint8Array[] = []
      try {
        for await (const chunk of gunzip(whole(bytes.subarray(0, cut)), 'f')) readable.push(chunk)
      } catch (error) {
        expect(error).toMatchObject({ code: 'torn-gzip' })
      }
      const { numbers } = await payloadsIn(Buffer.concat(readable))
      expect(numbers.length).toBeGreaterThanOrEqual(most)
      most = numbers.length
      await recordSome(cutPath, [1000], { mode: 'continue' })
      expect(await payloadsIn(gunzipSync(readFileSync(cutPath)))).toEqual({
        numbers: [...numbers, 1000],
        broken: 0
      })
    }
    expect(most).toBe(60)
  })

  test('of compressed data with zeros after it, as a loss of power leaves them, does not hide the new messages', async () => {
    const path = join(folder, 'zeros.jsonl.gz')
    await recordSome(path, [1])
    writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.alloc(100)]))
    await recordSome(path, [2], { mode: 'continue' })
    expect(await payloadsIn(gunzipSync(readFileSync(path)))).toEqual({ numbers: [1, 2], broken: 0 })
  })
})

describe('continuing what cannot be continued is refused, and touches nothing', () => {
  const recorded = async () => {
    const path = join(folder, 'refused.jsonl.gz')
    await recordSome(path, [1], { mode: 'overwrite' })
    return readFileSync(path)
  }

  test.each([
    [
      'other bytes behind it',
      (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('notes\n')]),
      'other bytes'
    ],
    [
      'other bytes and zeros behind it',
      (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('notes\n'), Buffer.alloc(9)]),
      'other bytes'
    ],
    ['damage in its middle', (bytes: Buffer) => Buffer.from(bytes).fill(0xff, 40, 60), 'is damaged']
  ])('compressed, with %s', async (_, spoil, why) => {
    const path = join(folder, 'spoilt.jsonl.gz')
    const bytes = spoil(await recorded())
    writeFileSync(path, bytes)
    await expect(recordSome(path, [2], { mode: 'continue' })).rejects.toMatchObject({
      kind: 'bad-input',
      message: expect.stringMatching(new RegExp(`^cannot append to .*${why}`)),
      suggestion: expect.stringContaining('record to another file')
    })
    expect(readFileSync(path)).toEqual(bytes)
  })

  test.each(['newer.jsonl', 'newer.jsonl.gz'])('%s, of a newer format', async (name) => {
    const path = join(folder, name)
    const text = '{"recording":{"version":3}}\n{"channel":"a"}\n'
    writeFileSync(path, name.endsWith('.gz') ? gzipSync(text) : text)
    await expect(recordSome(path, [2], { mode: 'continue' })).rejects.toMatchObject({
      kind: 'bad-input',
      code: 'newer-recording',
      message: `cannot append to "${path}": it is a recording of version 3, newer than 2`
    })
  })
})

test('what is appended to a recording of version 1 has a header of its own, which says its version', async () => {
  const path = join(folder, 'old.jsonl')
  const old =
    '{"recording":{"version":1,"started":"2026-11-23T10:00:00Z"}}\n{"offset":5,"channel":"a","payload":{"number":0}}\n'
  writeFileSync(path, old)
  await recordSome(path, [1], { mode: 'continue' })
  const text = readFileSync(path, 'utf8')
  expect(text.slice(0, old.length)).toBe(old)
  expect(JSON.parse(text.slice(old.length).split('\n')[0] ?? '').recording.version).toBe(2)
  expect(await payloadsIn(Buffer.from(text))).toEqual({ numbers: [0, 1], broken: 0 })
})

describe('compressed recordings', () => {
  test('can be read up to the last batch before they are closed', async () => {
    const path = join(folder, 'open.jsonl.gz')
    const recorder = await open(path, { files: recordingFiles('always') })
    for (const number of range(0, 10)) {
      await recorder.write([message(number)])
      expect((await payloadsIn(gunzipSync(readFileSync(path)))).numbers).toEqual(range(0, number + 1))
    }
    await recorder.close()
    expect((await payloadsIn(gunzipSync(readFileSync(path)))).numbers).toEqual(range(0, 10))
  })

  test('that are damaged give everything before the damage, and then an error', async () => {
    const bytes = gzipSync(Buffer.from('line\n'.repeat(100_000)))
    bytes.fill(0xff, bytes.length - 40, bytes.length - 20)
    await expect(
      (async () => {
        for await (const _chunk of gunzip(whole(bytes), 'f'));
      })()
    ).rejects.toMatchObject({ kind: 'bad-input', code: 'damaged-gzip' })
  })
})

describe('rotating', () => {
  test('by size makes numbered files of nearly that size, which hold every message once and in order', async () => {
    const path = join(folder, 'turn.jsonl')
    const recorder = await recordSome(path, range(0, 50), { rotate: { bytes: 2000 } })
    expect(recorder.names.length).toBeGreaterThan(3)
    const numbers: number[] = []
    for (const name of recorder.names) {
      expect(statSync(name).size).toBeLessThan(2300)
      numbers.push(...(await payloadsIn(readFileSync(name))).numbers)
    }
    expect(numbers).toEqual(range(0, 50))
    expect(existsSync(path)).toBe(false)
  })

  test('by age begins a file with the first message that is old enough', async () => {
    const clock = new FakeClock()
    const recorder = await open(join(folder, 'hourly.jsonl'), { clock, rotate: { duration: 3_600_000_000 } })
    await recorder.write([message(1)])
    await clock.advance(3_599_000)
    await recorder.write([message(2)])
    await clock.advance(1000)
    await recorder.write([message(3)])
    await recorder.close()
    const held = await Promise.all(
      recorder.names.map(async (name) => (await payloadsIn(readFileSync(name))).numbers)
    )
    expect(held).toEqual([[1, 2], [3]])
  })
})
