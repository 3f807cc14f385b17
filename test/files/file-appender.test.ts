import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FileAppender } from '../../src/files/file-appender.js'

let folder: string
let path: string
beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'tidings-appender-'))
  path = join(folder, 'file')
})
afterEach(() => fs.rmSync(folder, { recursive: true }))

const open = (name = path) => {
  const fd = fs.openSync(name, 'a')
  return new FileAppender(fd, name, 'always', fs.fstatSync(fd).size)
}
const text = () => fs.readFileSync(path, 'utf8')

describe('what is written at the end of a file', () => {
  it('follows what the file held, and is counted', async () => {
    fs.writeFileSync(path, 'one\n')
    const appender = open()
    await appender.append(Buffer.from('two\n'))
    await appender.append(Buffer.from('three\n'))
    expect([text(), appender.size, appender.canCut]).toEqual(['one\ntwo\nthree\n', 14, true])
    await appender.close()
  })

  it('can be taken away again', async () => {
    const appender = open()
    await appender.append(Buffer.from('one\ntwo\n'))
    appender.cut(4)
    await appender.append(Buffer.from('three\n'))
    await appender.close()
    expect([text(), appender.size]).toEqual(['one\nthree\n', 10])
  })

  it.runIf(process.platform === 'linux')(
    'is a failure that names the file where the disk is full',
    async () => {
      const appender = open('/dev/full')
      await expect(appender.append(Buffer.from('one\n'))).rejects.toMatchObject({
        kind: 'output',
        code: 'disk-full',
        message: expect.stringContaining('"/dev/full"')
      })
      expect([appender.size, appender.canCut]).toEqual([0, false])
      await appender.close()
    }
  )

  it('is complete once it is closed, and nothing more can be written', async () => {
    const appender = open()
    await appender.close()
    await expect(appender.append(Buffer.from('one\n'))).rejects.toMatchObject({ kind: 'output' })
    expect(text()).toBe('')
  })
})
