import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { formatRecordingHeader } from '../../../src/core/recording/recording-header.js'
import { isBroken } from '../../../src/core/recording/recording-item.js'
import { findRecordingEnd } from '../../../src/files/recording/recording-end.js'
import { openRecording } from '../../../src/files/recording/recording-input.js'
import { MemoryIo } from '../../support/memory-io.js'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidings-end-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const STARTED = Date.UTC(2026, 10, 23) * 1000
const SECOND = 1_000_000
const header = (started: number) =>
  formatRecordingHeader({ started, broker: 'mqtt://h', patterns: ['#'], tidings: '0.2.0' })
const timeOf = (microseconds: number) => new Date(microseconds / 1000).toISOString()
/** So long that the end of the file does not hold its beginning. */
const payload = 'x'.repeat(2000)
const entries = (count: number, fields: (second: number) => object) =>
  Array.from(
    { length: count },
    (_, second) => `${JSON.stringify({ ...fields(second), channel: 'a', payload })}\n`
  ).join('')

const offsets = entries(300, (second) => ({ offset: second * SECOND }))
const times = entries(300, (second) => ({ time: timeOf(STARTED + second * SECOND) }))
const both = entries(300, (second) => ({
  offset: second * SECOND,
  time: timeOf(STARTED + second * SECOND)
}))

async function endOf(content: string): Promise<{ found: number | undefined; read: number | undefined }> {
  const name = join(folder, 'recording.jsonl')
  writeFileSync(name, content)
  let read: number | undefined
  for await (const items of openRecording(name, new MemoryIo({ stdin: '' }), {}))
    for (const item of items) if (!isBroken(item)) read = item.position
  return { found: await findRecordingEnd(name), read }
}

test.each([
  ['offsets alone', offsets, 299 * SECOND],
  ['times alone', times, STARTED + 299 * SECOND],
  ['a header and offsets', header(STARTED) + offsets, STARTED + 299 * SECOND],
  ['a header, offsets and times', header(STARTED) + both, STARTED + 299 * SECOND],
  ['offsets and times', both, STARTED + 299 * SECOND],
  ['two entries', entries(2, (second) => ({ offset: second * SECOND })), SECOND]
])('the end of a recording with %s is where reading all of it ends', async (_, content, end) => {
  expect(await endOf(content)).toEqual({ found: end, read: end })
})

test('the end of recordings that were put together is not guessed', async () => {
  const later = STARTED + 3600 * SECOND
  const second = entries(300, (at) => ({ offset: at * SECOND, time: timeOf(later + at * SECOND) }))
  expect((await endOf(header(STARTED) + both + header(later) + second)).found).toBeUndefined()
  expect((await endOf(second + times)).found).toBeUndefined()
})
