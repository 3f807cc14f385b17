import { constants, gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { GzipWriter } from '../../../src/files/recording/recording-writers.js'

test('a compressed recording holds nothing after bytes that could not be written', async () => {
  const chunks: Uint8Array[] = []
  let isFull = false
  let closed = 0
  const target = {
    size: 0,
    append: async (bytes: Uint8Array) => {
      if (isFull) throw new Error('full')
      chunks.push(bytes)
    },
    close: async () => void closed++
  }
  const writer = new GzipWriter(target, 'always')
  await writer.append(Buffer.from('one\n'))
  isFull = true
  await expect(writer.append(Buffer.from('two\n'))).rejects.toThrow('full')
  // Somebody has made room on the disk meanwhile.
  isFull = false
  await writer.close()
  expect(closed).toBe(1)
  const read = gunzipSync(Buffer.concat(chunks), { finishFlush: constants.Z_SYNC_FLUSH })
  expect(read.toString()).toBe('one\n')
  expect(() => gunzipSync(Buffer.concat(chunks))).toThrow('unexpected end of file')
})
