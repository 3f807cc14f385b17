import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isSameFile } from '../../src/files/same-file.js'

const folder = mkdtempSync(join(tmpdir(), 'tidings-same-'))
const at = (name: string) => join(folder, name)

beforeAll(() => {
  writeFileSync(at('file'), 'a')
  writeFileSync(at('copy'), 'a')
  linkSync(at('file'), at('hard'))
  symlinkSync('file', at('soft'))
  symlinkSync('none', at('dangling'))
  symlinkSync('circle', at('circle'))
  mkdirSync(at('deep'))
  symlinkSync('deep', at('folder'))
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('two names', () => {
  it.each([
    ['file', 'file'],
    ['file', 'hard'],
    ['soft', 'hard'],
    ['none', 'none'],
    ['none', 'deep/../none'],
    ['none', 'dangling'],
    ['deep/none', 'folder/none'],
    ['missing/none', 'missing/none']
  ])('are those of one file: %s and %s', (one, other) => {
    expect(isSameFile(at(one), at(other))).toBe(true)
    expect(isSameFile(relative(process.cwd(), at(other)), at(one))).toBe(true)
  })

  it.each([
    ['file', 'copy'],
    ['file', 'none'],
    ['none', 'other'],
    ['dangling', 'circle'],
    ['deep', 'folder']
  ])('are not: %s and %s', (one, other) => {
    expect(isSameFile(at(one), at(other))).toBe(false)
  })

  it('are not where it is a device', () => {
    expect(isSameFile('/dev/null', '/dev/null')).toBe(false)
  })
})
