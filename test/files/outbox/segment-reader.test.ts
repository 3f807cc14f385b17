import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { formatSegmentBase, formatSent } from '../../../src/core/outbox/outbox-names.js'
import { OutboxFolder, type SegmentFile } from '../../../src/files/outbox/outbox-folder.js'
import { ownMark } from '../../../src/files/outbox/process-mark.js'
import {
  readSegment,
  readTorn,
  type SegmentPart,
  settledOffset
} from '../../../src/files/outbox/segment-reader.js'

const base = formatSegmentBase(1_700_000_000_000_000, ownMark(), 'ab12')
let path: string
let folder: OutboxFolder
beforeEach(() => {
  path = join(fs.mkdtempSync(join(tmpdir(), 'tidings-segment-')), 'outbox')
  folder = OutboxFolder.openOrMake(path)
})
afterEach(() => fs.rmSync(join(path, '..'), { recursive: true, force: true }))

function segmentOf(text: string): SegmentFile {
  fs.writeFileSync(join(path, `${base}.open`), text)
  const [segment] = folder.segments()
  if (segment === undefined) throw new Error('there is no segment')
  return segment
}
const linesOf = (part: SegmentPart | undefined) => part?.lines.map((line) => Buffer.from(line).toString())
const note = (text: string) => fs.writeFileSync(join(path, `${base}.sent`), text)

describe('the messages of a segment', () => {
  it('are its whole lines; what follows is still being written', () => {
    const segment = segmentOf('one\ntwo\nthr')
    const part = readSegment(folder, segment, 0)
    expect(linesOf(part)).toEqual(['one', 'two'])
    expect(part).toMatchObject({ end: 8, rest: 3 })
    expect(readSegment(folder, segment, 8)).toEqual({ lines: [], end: 8, rest: 3 })
  })

  it('are read on behind what was sent', () => {
    expect(linesOf(readSegment(folder, segmentOf('one\ntwo\n'), 4))).toEqual(['two'])
  })

  it('come in parts, however long a line is', () => {
    const long = 'x'.repeat(300_000)
    const segment = segmentOf(`one\n${long}\nthree\n`)
    const found: string[] = []
    let parts = 0
    for (let offset = 0; ; parts++) {
      const part = readSegment(folder, segment, offset)
      if (part === undefined || part.lines.length === 0) break
      found.push(...(linesOf(part) ?? []))
      offset = part.end
    }
    expect(found).toEqual(['one', long, 'three'])
    expect(parts).toBeGreaterThan(1)
  })

  it('are found under the new name, too, once the writer has closed the segment', () => {
    const segment = segmentOf('one\n')
    fs.renameSync(join(path, `${base}.open`), join(path, `${base}.ndjson`))
    expect(linesOf(readSegment(folder, segment, 0))).toEqual(['one'])
  })

  it('are gone once another process has sent them', () => {
    const segment = segmentOf('one\n')
    folder.remove(segment.file)
    expect(readSegment(folder, segment, 0)).toBeUndefined()
  })
})

describe('a damaged segment', () => {
  it('shows its torn line as a line, so that the user sees it', () => {
    const segment = segmentOf('one\n{"chan')
    const part = readSegment(folder, segment, 4)
    if (part === undefined) throw new Error('the segment is gone')
    const torn = readTorn(folder, segment, part)
    expect(linesOf(torn)).toEqual(['{"chan'])
    expect(torn).toMatchObject({ end: 10, rest: 0 })
  })

  it('that is shorter than what was sent of it is not read, and the user is told how to send it again', () => {
    const segment = segmentOf('one\n')
    expect(() => readSegment(folder, segment, 5)).toThrow(
      expect.objectContaining({
        kind: 'bad-input',
        code: 'outbox-damaged',
        suggestion: expect.stringContaining(`rm ${join(path, `${base}.sent`)}`)
      })
    )
  })

  it('that cannot be read is named', () => {
    const segment = segmentOf('one\n')
    folder.remove(segment.file)
    fs.mkdirSync(join(path, segment.file))
    expect(() => readSegment(folder, segment, 0)).toThrow(
      expect.objectContaining({ kind: 'bad-input', message: expect.stringContaining(segment.file) })
    )
  })
})

describe('how much of a segment was sent', () => {
  it('is what the sender has noted', () => {
    note(formatSent(42))
    expect(settledOffset(folder, base)).toBe(42)
  })

  it('is nothing where nothing, or nothing that can be read, was noted: twice is better than never', () => {
    expect(settledOffset(folder, base)).toBe(0)
    note('42')
    expect(settledOffset(folder, base)).toBe(0)
  })
})
