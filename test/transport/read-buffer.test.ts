import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { connectReading } from '../../src/transport/sockets/read-buffer.js'
import { listenLocally } from '../support/listen-locally.js'

let server: Server
const ends: Socket[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end.destroy()
  server.close()
})

/** Two ends of a connection; ours reads into one buffer. */
async function connectPair(): Promise<{ near: Socket; far: Socket }> {
  server = createServer()
  const port = await listenLocally(server)
  const near = connectReading({ host: '127.0.0.1', port })
  const [[far]] = await Promise.all([once(server, 'connection'), once(near, 'connect')])
  ends.push(near, far)
  return { near, far }
}

/** What came, once so many bytes have; the chunks stay as they are. */
function take(socket: Socket, length: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let left = length
  return new Promise((resolve) => {
    socket.on('data', (chunk) => {
      chunks.push(chunk)
      left -= chunk.length
      if (left <= 0) resolve(Buffer.concat(chunks))
    })
  })
}

const numbered = (length: number) => Buffer.from(Array.from({ length }, (_, index) => (index * 7) % 251))

describe('a socket that reads into one buffer', () => {
  it('hands on every byte in its order, and a chunk stays what it was when the next is read', async () => {
    const { near, far } = await connectPair()
    const sizes = fc.array(fc.integer({ min: 1, max: 200_000 }), { minLength: 1, maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(sizes, async (sizes) => {
        const pieces = sizes.map(numbered)
        const sent = Buffer.concat(pieces)
        const taken = take(near, sent.length)
        for (const piece of pieces) far.write(piece)
        expect((await taken).equals(sent)).toBe(true)
        near.removeAllListeners('data')
      }),
      { numRuns: 30 }
    )
  })

  it('keeps what comes before anybody listens, and what follows stays behind it', async () => {
    const { near, far } = await connectPair()
    far.write('first ')
    await once(near, 'readable')
    const came = take(near, 12)
    far.write('second')
    expect(String(await came)).toBe('first second')
  })

  it('reads nothing while it is paused', async () => {
    const { near, far } = await connectPair()
    const came = take(near, 4_000_000)
    near.pause()
    const whole = numbered(4_000_000)
    far.write(whole)
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve))
    expect(near.bytesRead).toBe(0)
    near.resume()
    expect((await came).equals(whole)).toBe(true)
  })

  it('says so when the other side ends', async () => {
    const { near, far } = await connectPair()
    const came = take(near, 4)
    far.end('last')
    expect(String(await came)).toBe('last')
    await once(near, 'end')
  })
})
