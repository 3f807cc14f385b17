import { Duplex } from 'node:stream'
import { expect, test } from 'vitest'
import { PacketOutput } from '../../../../src/transport/embedded/protocol/packet-output.js'

const KB = 1024

/** The output to a client that reads once `read` is called, or is gone. */
function outputTo(unread: { bytes: number }) {
  let read: () => void = () => undefined
  const stream = new Duplex({
    read: () => undefined,
    write: (_chunk, _encoding, done) => {
      read = done
    }
  })
  stream.on('error', () => undefined)
  return { output: new PacketOutput(stream, unread), stream, read: () => read() }
}

function write(output: PacketOutput, size: number): void {
  output.packet(0x30, new Uint8Array(size))
  output.flush()
}

test('a client has room for less where all clients have left much unread', () => {
  const unread = { bytes: 0 }
  const { output } = outputTo(unread)
  write(output, 500 * KB)
  expect(output.isFull).toBe(false)
  unread.bytes += 64 * KB * KB
  expect(output.isFull).toBe(true)
})

test('what a client has read, or can read no more, is unread no more', async () => {
  const unread = { bytes: 0 }
  const [reader, leaving] = [outputTo(unread), outputTo(unread)]
  for (const { output } of [reader, leaving]) write(output, 100 * KB)
  expect(unread.bytes).toBeGreaterThan(200 * KB)
  reader.read()
  leaving.stream.destroy()
  await new Promise((resolve) => leaving.stream.once('close', resolve))
  await new Promise(setImmediate)
  expect(unread.bytes).toBe(0)
})
