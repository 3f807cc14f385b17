import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { PROMPT_FOR_PASSWORD } from '../../src/cli/password-argument.js'
import { keyPasswordIn, passwordIn, passwordInFileNow, passwordOf } from '../../src/cli/password-source.js'
import { MemoryIo } from '../support/memory-io.js'

const folder = mkdtempSync(join(tmpdir(), 'tidings-password-'))
afterAll(() => rmSync(folder, { recursive: true }))
const open = new AbortController().signal

function fileOf(content: string | Uint8Array): string {
  const file = join(folder, 'password')
  writeFileSync(file, content)
  return file
}

async function ask(
  flags: { password?: string; 'password-file'?: string },
  options: ConstructorParameters<typeof MemoryIo>[0] = {}
) {
  const warnings: string[] = []
  const all = { password: undefined, 'password-file': undefined, ...flags }
  const password = await passwordOf(all, new MemoryIo(options), (text) => warnings.push(text))
  return { password, warnings: warnings.length }
}

describe('a password', () => {
  it('comes from the command line, of which is warned', async () => {
    expect(await ask({ password: 'p' })).toEqual({ password: 'p', warnings: 1 })
  })

  it('comes from a file, and else from the environment', async () => {
    const env = { TIDINGS_PASSWORD: 'environment' }
    expect(await ask({ 'password-file': fileOf('file\n') }, { env })).toEqual({
      password: 'file',
      warnings: 0
    })
    expect(await ask({}, { env })).toEqual({ password: 'environment', warnings: 0 })
    expect(await ask({})).toEqual({ password: undefined, warnings: 0 })
  })

  it('comes from one place: two flags are too many, but a flag goes before the variable of the other', async () => {
    const file = fileOf('file')
    await expect(ask({ password: 'p', 'password-file': file })).rejects.toMatchObject({
      code: 'two-passwords'
    })
    const env = { TIDINGS_PASSWORD_FILE: file }
    expect(await ask({ password: 'p', 'password-file': file }, { env })).toMatchObject({ password: 'p' })
  })

  it('cannot be asked for where nobody sits at a terminal', async () => {
    await expect(ask({ password: PROMPT_FOR_PASSWORD }, { stdin: '' })).rejects.toMatchObject({
      kind: 'usage',
      code: 'no-terminal'
    })
  })
})

describe('the password in a file', () => {
  it.each([
    ['p\n', 'p'],
    ['p\r\n', 'p'],
    ['p', 'p'],
    ['p \nsecond line', 'p ']
  ])('is the first line of %j', async (content, password) => {
    expect(await passwordIn(fileOf(content), open)).toBe(password)
  })

  it('may be any bytes for a broker, and is a text for a key', async () => {
    const file = fileOf(Uint8Array.of(0x70, 0xff, 0x0a))
    expect(await passwordIn(file, open)).toEqual(Buffer.of(0x70, 0xff))
    await expect(keyPasswordIn(file, open)).rejects.toMatchObject({ code: 'password-not-utf8' })
    expect(await keyPasswordIn(fileOf('p'), open)).toBe('p')
  })

  it('is read anew each time, and stays as it was while the file is gone, empty or no file', () => {
    const file = fileOf('first')
    const now = passwordInFileNow(file, 'first')
    fileOf('second\n')
    expect(now()).toBe('second')
    fileOf('')
    expect(now()).toBe('first')
    rmSync(file)
    expect(now()).toBe('first')
    // A pipe would be waited for, with all else that the process does.
    expect(passwordInFileNow('/dev/stdin', 'first')()).toBe('first')
  })

  it('is not empty', async () => {
    await expect(passwordIn(fileOf('\np'), open)).rejects.toMatchObject({ code: 'empty-password-file' })
  })
})
