import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  openNew,
  openOver,
  openToAppend,
  refuseExisting
} from '../../../src/files/recording/open-recording.js'

let folder: string
let path: string
beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'tidings-open-'))
  path = join(folder, 'day.jsonl')
})
afterEach(() => fs.rmSync(folder, { recursive: true }))

/** Opens, writes, and returns what the file holds then. */
function written(open: (name: string) => number): string {
  const fd = open(path)
  fs.writeSync(fd, 'new')
  fs.closeSync(fd)
  return fs.readFileSync(path, 'utf8')
}
const mode = () => fs.statSync(path).mode & 0o777

describe('the file of a recording', () => {
  it('is new, and for its owner alone', () => {
    expect([written(openNew), mode()]).toEqual(['new', 0o600])
    expect(() => openNew(path)).toThrow(expect.objectContaining({ kind: 'usage', code: 'file-exists' }))
  })

  it('that is replaced holds nothing of before, and is for its owner alone', () => {
    fs.writeFileSync(path, 'older text', { mode: 0o644 })
    expect([written(openOver), mode()]).toEqual(['new', 0o600])
  })

  it('that is continued keeps what it holds', () => {
    fs.writeFileSync(path, 'old ')
    expect(written(openToAppend)).toBe('old new')
  })

  it.each([openNew, openOver, openToAppend])('in a missing folder is a failure of the output', (open) => {
    expect(() => open(join(folder, 'missing', 'file'))).toThrow(expect.objectContaining({ kind: 'output' }))
  })
})

describe('a file that exists', () => {
  const refuse = (request: Partial<Parameters<typeof refuseExisting>[0]>) => () =>
    refuseExisting({ output: path, mode: 'new', rotate: undefined, ...request })

  it('is refused for a new recording, before anything else is done', () => {
    expect(refuse({})).not.toThrow()
    fs.writeFileSync(path, '')
    expect(refuse({})).toThrow(expect.objectContaining({ kind: 'usage', code: 'file-exists' }))
    expect(refuse({ mode: 'continue' })).not.toThrow()
    expect(refuse({ mode: 'overwrite' })).not.toThrow()
  })

  it('is the first of the numbered ones where the recording goes on in several', () => {
    const rotate = { bytes: 1 }
    fs.writeFileSync(path, '')
    expect(refuse({ rotate })).not.toThrow()
    fs.writeFileSync(join(folder, 'day-0001.jsonl'), '')
    expect(refuse({ rotate })).toThrow(expect.objectContaining({ code: 'file-exists' }))
  })

  it.skipIf(process.platform === 'win32')('is not overwritten if it is a pipe or a device', () => {
    execFileSync('mkfifo', [path])
    expect(refuse({})).not.toThrow()
  })
})
