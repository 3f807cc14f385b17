import {
  chmodSync,
  chownSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readCompiledCode, writeCompiledCode } from '../../../src/cli/start/code-cache.js'

const code = {
  complete: true,
  chunks: new Map([
    ['cli/run.js', Buffer.from('compiled')],
    ['empty.js', Buffer.alloc(0)]
  ])
}
const nothing = { complete: false, chunks: new Map() }

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidings-code-'))
  path = join(folder, 'cache', 'code')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('the code cache', () => {
  it('gives back what was written, in a folder and a file for nobody else', () => {
    writeCompiledCode(path, code)
    expect(readCompiledCode(path)).toEqual(code)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, 'cache')).mode & 0o777).toBe(0o700)
    expect(readdirSync(join(folder, 'cache'))).toEqual(['code'])
  })

  it('is nothing where there is none', () => {
    expect(readCompiledCode(path)).toEqual(nothing)
  })

  it('is nothing once any byte of it has changed, wherever', () => {
    writeCompiledCode(path, code)
    const bytes = readFileSync(path)
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = Buffer.from(bytes)
        changed[at] = (changed[at] ?? 0) ^ change
        writeFileSync(path, changed)
        expect(readCompiledCode(path)).toEqual(nothing)
      })
    )
  })

  it('is nothing when it was cut, anywhere', () => {
    writeCompiledCode(path, code)
    const bytes = readFileSync(path)
    for (let length = 0; length < bytes.length; length++) {
      writeFileSync(path, bytes.subarray(0, length))
      expect(readCompiledCode(path)).toEqual(nothing)
    }
  })

  it.each([0o620, 0o602])('is nothing when others may write to it (%o)', (mode) => {
    writeCompiledCode(path, code)
    chmodSync(path, mode)
    expect(readCompiledCode(path)).toEqual(nothing)
  })

  it.runIf(process.geteuid?.() === 0)('is nothing when it belongs to somebody else', () => {
    writeCompiledCode(path, code)
    chownSync(path, 65534, 65534)
    expect(readCompiledCode(path)).toEqual(nothing)
  })

  it('is nothing behind a symbolic link, which may lead anywhere', () => {
    writeCompiledCode(path, code)
    symlinkSync(path, join(folder, 'link'))
    expect(readCompiledCode(join(folder, 'link'))).toEqual(nothing)
  })

  it('says nothing when it cannot be written', () => {
    writeFileSync(join(folder, 'cache'), 'a file, not a folder')
    expect(() => writeCompiledCode(path, code)).not.toThrow()
  })
})
