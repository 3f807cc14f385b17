import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { looksLikeRecording } from '../../../src/files/recording/looks-like-recording.js'
import { makePipe } from '../../support/make-pipe.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidings-looks-'))
})
afterEach(() => rmSync(folder, { recursive: true }))
const file = (name: string, content: string | Uint8Array) => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

describe('a word that was given as a channel looks like a recording', () => {
  it.each(['day.jsonl', 'day.ndjson.gz', 'DAY.JSONL'])('by its name: %s', (name) => {
    expect(looksLikeRecording(name)).toBe(true)
  })

  it('by what the file begins with', () => {
    expect(looksLikeRecording(file('day', '{"channel":"a"}\n'))).toBe(true)
    expect(looksLikeRecording(file('packed', gzipSync('{}')))).toBe(true)
  })

  it('and is none, if it is another file, a folder, or no file at all', () => {
    expect(looksLikeRecording(file('text', 'hello'))).toBe(false)
    expect(looksLikeRecording(file('empty', ''))).toBe(false)
    expect(looksLikeRecording(folder)).toBe(false)
    expect(looksLikeRecording('orders/new')).toBe(false)
  })

  it.skipIf(process.platform === 'win32')('and nobody waits for a pipe', () => {
    makePipe(folder, 'pipe')
    expect(looksLikeRecording(join(folder, 'pipe'))).toBe(false)
  })
})
