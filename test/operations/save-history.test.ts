import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RememberedMessage } from '../../src/core/catalogue/channel-entry.js'
import { parseEntry } from '../../src/core/recording/recording-entry.js'
import type { RecordingFiles } from '../../src/core/recording/recording-files.js'
import { parseRecordingHeader } from '../../src/core/recording/recording-header.js'
import { RecordingPosition } from '../../src/core/recording/recording-position.js'
import { recordingFiles } from '../../src/files/recording/recording-files.js'
import { historySaver } from '../../src/operations/save-history.js'
import { messageOn, observed } from '../support/observed.js'

const NOON = Date.UTC(2026, 10, 23, 12) * 1000
let folder = ''
let file = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidings-'))
  file = join(folder, 'history.jsonl')
})

afterEach(() => rmSync(folder, { recursive: true }))

const save = (messages: readonly RememberedMessage[]) =>
  historySaver({ files: recordingFiles('never'), tidings: '1', broker: 'mqtt://host' })(messages, ['#'], file)

/** The messages that a catalogue holds of these. */
function held(
  messages: readonly (readonly [channel: string, payload: string, seconds: number])[]
): RememberedMessage[] {
  const catalogue = observed(
    messages.map(([channel, payload, seconds]) => ({
      ...messageOn(channel, payload),
      time: NOON + seconds * 1_000_000
    }))
  )
  return catalogue.channels.flatMap(({ history }) => history)
}

describe('a saved history', () => {
  it('leaves no empty file where nothing can be written', async () => {
    const files = recordingFiles('never')
    const failing: RecordingFiles = {
      ...files,
      create: async (name, overwrite) => {
        const writer = await files.create(name, overwrite)
        const append = () => Promise.reject(new Error('disk full'))
        return { size: 0, append, close: () => writer.close() }
      }
    }
    const saving = historySaver({ files: failing, tidings: '1', broker: 'mqtt://host' })(
      held([['a', '1', 0]]),
      ['#'],
      file
    )
    await expect(saving).rejects.toThrow('disk full')
    expect(existsSync(file)).toBe(false)
  })

  it('is a recording in the order of time', async () => {
    const messages = held([
      ['a', '1', 0],
      ['b', '{"x": 1.0}', 1],
      ['a', 'two', 2.5]
    ])
    expect(await save(messages)).toEqual({ messages: 3, channels: 2, leftOut: 0 })
    const [header = '', ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n')
    expect(parseRecordingHeader(Buffer.from(header))).toMatchObject({
      started: NOON,
      broker: 'mqtt://host',
      patterns: ['#']
    })
    const position = new RecordingPosition()
    position.startAt(NOON)
    const read = lines.map((line) => parseEntry(Buffer.from(line), position))
    expect(
      read.map(({ message }) => [message.channel, Buffer.from(message.payload ?? []).toString()])
    ).toEqual([
      ['a', '1'],
      ['b', '{"x": 1.0}'],
      ['a', 'two']
    ])
    expect(read.map((entry) => entry.position - NOON)).toEqual([0, 1_000_000, 2_500_000])
  })

  it('can be read by its owner only', async () => {
    await save(held([['a', '1', 0]]))
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('never takes the place of a file that is there', async () => {
    writeFileSync(file, 'precious')
    await expect(save(held([['a', '1', 0]]))).rejects.toMatchObject({ kind: 'usage' })
    expect(readFileSync(file, 'utf8')).toBe('precious')
  })

  it('leaves out messages of which only the beginning is kept, and counts them', async () => {
    const large = 'x'.repeat(3 * 1024 * 1024)
    const messages = held([
      ['a', large, 0],
      ['a', 'whole', 1]
    ])
    expect(await save(messages)).toEqual({ messages: 1, channels: 1, leftOut: 1 })
    expect(readFileSync(file, 'utf8')).not.toContain('xxx')
  })

  it('is no file at all where nothing whole is kept', async () => {
    expect(await save(held([['a', 'x'.repeat(3 * 1024 * 1024), 0]]))).toMatchObject({
      messages: 0,
      leftOut: 1
    })
    expect(() => statSync(file)).toThrow('ENOENT')
  })

  it('may have more than is written at once', async () => {
    const messages = held(
      Array.from({ length: 200 }, (_, at) => [`c/${at % 5}`, 'y'.repeat(9000), at] as const)
    )
    const saved = await save(messages)
    expect(saved.messages).toBe(messages.length)
    expect(readFileSync(file, 'utf8').trimEnd().split('\n')).toHaveLength(messages.length + 1)
  })
})
