import {
  chmodSync,
  lstatSync,
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
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TidingsError } from '../../../src/core/errors.js'
import { documentBytes } from '../../../src/files/document/document-bytes.js'
import { documentFiles } from '../../../src/files/document/document-file.js'
import { MemoryOutput } from '../../support/memory-io.js'

let folder: string
const stdout = new MemoryOutput()
const files = documentFiles(stdout, documentBytes(new AbortController().signal))
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidings-document-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const at = (name: string, content?: string | Uint8Array) => {
  const file = join(folder, name)
  if (content !== undefined) writeFileSync(file, content)
  return file
}
const read = (name: string, mustExist = false) =>
  files.read({ name, mustExist }, (document, isNew) => ({ document, isNew }))

describe('a document in a file', () => {
  it.each([
    ['a.yaml', '# mine\na: 1\n', '# mine\na: 1\nb: 2\n'],
    ['a.JSON', '{\n    "a": 1.0\n}\n', '{\n    "a": 1.0,\n    "b": 2\n}\n']
  ])('%s keeps what people wrote', async (name, before, after) => {
    const file = at(name, before)
    const { document, isNew } = await read(file)
    expect(isNew).toBe(false)
    document.set(['b'], 2)
    await files.write(file, document)
    expect(readFileSync(file, 'utf8')).toBe(after)
  })

  it('that is not there is new, unless it has to be there', async () => {
    const { document, isNew } = await read(at('new.yaml'))
    expect(isNew).toBe(true)
    document.set(['a'], 1)
    await files.write(at('new.yaml'), document)
    expect(readdirSync(folder)).toEqual(['new.yaml'])
    await expect(read(at('other.yaml'), true)).rejects.toMatchObject({ kind: 'bad-input' })
  })

  it('keeps its mode, and stays where a link points to', async () => {
    const target = at('target.yaml', 'a: 1\n')
    chmodSync(target, 0o600)
    symlinkSync(target, at('link.yaml'))
    const { document } = await read(at('link.yaml'))
    document.set(['b'], 2)
    await files.write(at('link.yaml'), document)
    expect(lstatSync(at('link.yaml')).isSymbolicLink()).toBe(true)
    expect(statSync(target).mode & 0o777).toBe(0o600)
    expect(readFileSync(target, 'utf8')).toContain('b: 2')
  })

  it.each([
    ['YAML', 'a.yaml', 'a: [1'],
    ['JSON', 'a.json', '{"a": x}'],
    ['JSON with each name once', 'a.json', '{"a":1,"a":2}'],
    ['UTF-8', 'a.yaml', Uint8Array.of(0x61, 0xff)]
  ])('that is no %s is refused, by its name', async (_what, name, content) => {
    const file = at(name, content)
    await expect(read(file)).rejects.toMatchObject({ kind: 'bad-input', details: { file } })
  })

  it('is named in what it is refused for', async () => {
    const refuse = () => {
      throw new TidingsError('bad-input', 'it is too old', { code: 'old', suggestion: 'convert it' })
    }
    await expect(files.read({ name: at('a.yaml'), mustExist: false }, refuse)).rejects.toMatchObject({
      message: expect.stringMatching(/a\.yaml": it is too old$/),
      code: 'old',
      suggestion: 'convert it'
    })
  })

  it('that cannot be written leaves no draft behind', async () => {
    const { document } = await read(at('a.yaml', 'a: 1\n'))
    await expect(files.write(join(folder, 'none', 'a.yaml'), document)).rejects.toMatchObject({
      kind: 'output'
    })
    expect(readdirSync(folder)).toEqual(['a.yaml'])
  })
})

it('stdout is a place for a document that is always new', async () => {
  const { document, isNew } = await read('-')
  expect(isNew).toBe(true)
  document.set(['a'], 1)
  await files.write('-', document)
  expect(stdout.text).toBe('a: 1\n')
})
