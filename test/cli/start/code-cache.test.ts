import { randomBytes } from 'node:crypto'
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

const script = (names: string[], source: string, code: Buffer) => ({
  chunks: names.map((name, index) => ({ name, size: index, mtimeMs: 1_795_471_200_123.456 })),
  source: Buffer.from(source),
  code
})
const code = {
  complete: true,
  scripts: [
    script(['cli/run.js', 'commands/publish.js'], '[run, publish]', Buffer.from('compiled')),
    script(['empty.js'], '', Buffer.alloc(0)),
    script(['large.js'], '0;'.repeat(5_000), randomBytes(20_000))
  ]
}
/** What file systems lose when the power goes. */
const BLOCK = 4096
const nothing = { complete: false, scripts: [] }

/** All that is to be had; a damaged script is undefined. */
function readWhole(file: string) {
  const { complete, scripts } = readCompiledCode(file)
  return { complete, scripts: scripts.map((script) => script.read()) }
}

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
    expect(readWhole(path)).toEqual(code)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, 'cache')).mode & 0o777).toBe(0o700)
    expect(readdirSync(join(folder, 'cache'))).toEqual(['code'])
  })

  it('is nothing where there is none', () => {
    expect(readCompiledCode(path)).toEqual(nothing)
  })

  it('gives nothing of a script once a block of it was lost or overwritten', () => {
    writeCompiledCode(path, code)
    const bytes = readFileSync(path)
    expect(bytes.length).toBeGreaterThan(5 * BLOCK)
    for (let start = 0; start < bytes.length; start += BLOCK) {
      for (const other of [Buffer.alloc(BLOCK), randomBytes(BLOCK)]) {
        const changed = Buffer.from(bytes)
        other.copy(changed, start, 0, Math.min(BLOCK, bytes.length - start))
        writeFileSync(path, changed)
        const { scripts } = readWhole(path)
        expect(scripts).not.toEqual(code.scripts)
        scripts.forEach((script, index) => {
          if (script) expect(script).toEqual(code.scripts[index])
        })
      }
    }
  })

  it('leaves a script alone that another one of the file is damaged beside', () => {
    writeCompiledCode(path, code)
    const bytes = readFileSync(path)
    writeFileSync(path, bytes.fill(0, bytes.length - BLOCK))
    expect(readWhole(path)).toEqual({ ...code, scripts: [...code.scripts.slice(0, 2), undefined] })
  })

  it('gives what it was even when another run has replaced the file', () => {
    writeCompiledCode(path, code)
    const { scripts } = readCompiledCode(path)
    writeCompiledCode(path, {
      complete: true,
      scripts: [script(['other.js'], '[other]', randomBytes(30_000))]
    })
    expect(scripts.map((kept) => kept.read())).toEqual(code.scripts)
  })

  it('gives back an index of any length', () => {
    const many = Array.from({ length: 300 }, (_, index) =>
      script([`chunk-${index}.js`], 'x', Buffer.from('y'))
    )
    writeCompiledCode(path, { complete: true, scripts: many })
    expect(readWhole(path).scripts).toEqual(many)
  })

  it('is nothing when it was cut, anywhere', () => {
    writeCompiledCode(path, code)
    const bytes = readFileSync(path)
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), (length) => {
        writeFileSync(path, bytes.subarray(0, length))
        expect(readCompiledCode(path)).toEqual(nothing)
      })
    )
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
