import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { GzipWriter } from '../../../src/files/recording/gzip-writer.js'

/** A file in memory, or a pipe, which takes nothing back. */
function memoryFile({ canCut }: { canCut: boolean }) {
  let content = Buffer.alloc(0)
  return {
    canCut,
    isFull: false,
    closed: 0,
    get size() {
      return content.length
    },
    get text() {
      return gunzipSync(content).toString()
    },
    async append(bytes: Uint8Array) {
      if (this.isFull && bytes.length > 10) throw new Error('full')
      content = Buffer.concat([content, bytes])
    },
    cut(length: number) {
      if (!canCut) throw new Error('a pipe')
      content = content.subarray(0, content.length - length)
    },
    async close() {
      this.closed++
    }
  }
}

test('a compressed recording holds nothing behind what could not be written, and what is before can be read', async () => {
  const file = memoryFile({ canCut: true })
  const writer = new GzipWriter(file, 'always')
  await writer.append(Buffer.from('one\n'))
  file.isFull = true
  await expect(writer.append(Buffer.from('two\n'))).rejects.toThrow('full')
  // Somebody has made room on the disk meanwhile.
  file.isFull = false
  await writer.close()
  expect(file.closed).toBe(1)
  expect(file.text).toBe('one\n')
})

test('a compressed recording is a whole file after each append, whatever ends the process then', async () => {
  const file = memoryFile({ canCut: true })
  const writer = new GzipWriter(file, 'always')
  let text = ''
  for (let line = 0; line < 50; line++) {
    text += `line ${line}\n`
    await writer.append(Buffer.from(`line ${line}\n`))
    expect(file.text).toBe(text)
  }
  await writer.close()
  expect(file.text).toBe(text)
})

test.each(['always', 'at-end', 'never'] as const)('a pipe gets one whole file (%s)', async (syncing) => {
  const file = memoryFile({ canCut: false })
  const writer = new GzipWriter(file, syncing)
  await writer.append(Buffer.from('one\n'))
  await writer.append(Buffer.from('two\n'))
  await writer.close()
  expect(file.text).toBe('one\ntwo\n')
})

test('a recording into which nothing was written is a whole file, too', async () => {
  const file = memoryFile({ canCut: true })
  await new GzipWriter(file, 'never').close()
  expect(file.text).toBe('')
})
