import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { openTcpSocket } from '../../../src/transport/sockets/tcp.js'
import { listenLocally } from '../../support/listen-locally.js'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** A server that says this at once, and then hangs up. */
async function startSpeaker(bytes: Buffer): Promise<number> {
  const server = createServer((socket: Socket) => {
    socket.on('error', () => undefined)
    socket.end(bytes)
  })
  closing.push(() => server.close())
  return listenLocally(server)
}

it('what comes is read into the room that there is, from resume on, and its end is told', async () => {
  const sent = Buffer.from(Array.from({ length: 300_000 }, (_, at) => at % 251))
  const port = await startSpeaker(sent)
  const came: Buffer[] = []
  // Rooms of several sizes, so that each read may go to another one.
  const rooms = [10, 70_000, 1000].map((size) => Buffer.alloc(size))
  let room = 0
  const into = {
    room: () => rooms[room++ % rooms.length] as Buffer,
    came: (bytes: Uint8Array) => void came.push(Buffer.from(bytes))
  }
  const socket = await openTcpSocket('127.0.0.1', port, new AbortController().signal, into)
  closing.push(() => socket.destroy())
  expect(came).toEqual([])
  socket.on('data', (chunk) => expect(chunk).toBeUndefined())
  socket.resume()
  await once(socket, 'end')
  expect(Buffer.concat(came).equals(sent)).toBe(true)
  expect(came.some(({ length }) => length === 10)).toBe(true)
})

it('without such a room, what comes is told as it is by any stream', async () => {
  const port = await startSpeaker(Buffer.from('hello'))
  const socket = await openTcpSocket('127.0.0.1', port, new AbortController().signal)
  closing.push(() => socket.destroy())
  const chunks = []
  for await (const chunk of socket) chunks.push(chunk)
  expect(Buffer.concat(chunks).toString()).toBe('hello')
})
