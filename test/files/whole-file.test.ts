import { mkdtempSync, promises, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readTextFile, readWholeFile, readWrittenFileNow } from '../../src/files/whole-file.js'
import { makePipe } from '../support/make-pipe.js'

const folder = mkdtempSync(join(tmpdir(), 'tidings-whole-'))
afterAll(() => rmSync(folder, { recursive: true }))
const open = new AbortController().signal

describe('a file that is read whole', () => {
  it('is bad input where it has no end', async () => {
    await expect(readWholeFile('/dev/zero', open)).rejects.toMatchObject({
      kind: 'bad-input',
      message: 'cannot read "/dev/zero": it gives more than 256 MiB'
    })
  })

  it('may be a pipe', async () => {
    const pipe = makePipe(folder, 'pipe')
    const reading = readTextFile(pipe, open)
    await promises.writeFile(pipe, '\uFEFFa: 1\n')
    expect(await reading).toBe('a: 1\n')
  })

  it('is waited for until the command is stopped', async () => {
    const pipe = makePipe(folder, 'silent')
    const stop = new AbortController()
    const reading = readWholeFile(pipe, stop.signal)
    const writer = await promises.open(pipe, 'w')
    stop.abort('SIGTERM')
    await expect(reading).rejects.toMatchObject({ kind: 'interrupted', details: { signal: 'SIGTERM' } })
    await writer.close()
  })

  it('at once is a regular file, without the mark of editors', () => {
    const file = join(folder, 'file')
    writeFileSync(file, '\uFEFFa')
    expect(Buffer.from(readWrittenFileNow(file)).toString()).toBe('a')
    expect(() => readWrittenFileNow(makePipe(folder, 'another'))).toThrow('it is no regular file')
  })
})
