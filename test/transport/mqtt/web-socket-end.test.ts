import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { generate, type Packet, parser } from 'mqtt-packet'
import { afterEach, expect, it } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { connectionOptions, message, Notices } from '../../support/connection-options.js'
import { openConnection } from '../../support/open-connection.js'

const CONNACK = generate({ cmd: 'connack', returnCode: 0, sessionPresent: false })

let server: WebSocketServer
afterEach(() => {
  for (const client of server.clients) client.terminate()
  server.close()
})

/** Lets everybody in; the rest is up to the script. */
async function startServer(script: (client: WebSocket) => void): Promise<string> {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  server.on('connection', (client) => {
    client.once('message', () => client.send(CONNACK))
    script(client)
  })
  await once(server, 'listening')
  return `ws://127.0.0.1:${(server.address() as { port: number }).port}`
}

it('notices that the broker closed the WebSocket, also when there is nothing to write', async () => {
  const url = await startServer((client) => {
    client.once('message', () => client.once('message', () => client.close()))
  })
  const notices = new Notices()
  // Without pings nobody else would find out.
  const options = { mqtt: { version: '3.1.1' }, keepalive: 0, onNotice: notices.take } as const
  const connection = await openConnection(connectionOptions(url, options))
  const answer = connection
    .subscribe([{ pattern: 'a', guarantee: 1 }], () => {})
    .catch((error: Error) => error)
  expect(await notices.first('reconnecting')).toMatchObject({ reason: 'the broker closed the connection' })
  await connection.close()
  expect(await answer).toBeInstanceOf(Error)
})

const PINGRESP = Buffer.from([0xd0, 0])

it('has sent every QoS 0 message, whole and in order, before DISCONNECT and the closing frame', async () => {
  const packets = parser({ protocolVersion: 4 })
  const seen: string[] = []
  packets.on('packet', (packet: Packet) => {
    seen.push(packet.cmd === 'publish' ? packet.payload.toString() : packet.cmd)
  })
  let ended: (code: number) => void = () => {}
  const end = new Promise<number>((resolve) => {
    ended = resolve
  })
  const url = await startServer((client) => {
    client.on('message', (bytes: Buffer) => packets.parse(bytes))
    packets.on('packet', ({ cmd }: Packet) => cmd === 'pingreq' && client.send(PINGRESP))
    client.once('close', ended)
  })
  const connection = await openConnection(connectionOptions(url, { mqtt: { version: '3.1.1' } }))
  const texts = Array.from({ length: 5000 }, (_, index) => String(index))
  const report = connection.publish(texts.map((text) => message('a', text, 0)))
  await connection.close(5000)
  expect(await report).toEqual({ acknowledged: 5000, unassured: 5000, refused: [], unacknowledged: 0 })
  // 1005: a closing frame without a code; 1006 would be a connection that was cut.
  expect(await end).toBe(1005)
  expect(seen).toEqual(['connect', ...texts, 'pingreq', 'disconnect'])
})

/** A server that lets everybody in, sends `frame` with its answer, and never closes. */
async function startMuteServer(frame: readonly number[]) {
  const mute = createServer()
  const sockets: Duplex[] = []
  mute.on('upgrade', ({ headers }: IncomingMessage, socket: Duplex) => {
    sockets.push(socket.on('error', () => {}))
    const key = `${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`
    const accept = createHash('sha1').update(key).digest('base64')
    const answer = `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n`
    socket.once('data', () => socket.write(Buffer.from(frame)))
    socket.write(answer)
  })
  mute.listen(0, '127.0.0.1')
  await once(mute, 'listening')
  const url = `ws://127.0.0.1:${(mute.address() as { port: number }).port}`
  const close = () => {
    for (const socket of sockets) socket.destroy()
    mute.close()
  }
  return { url, close }
}

it.each<[what: string, frame: readonly number[], why: string]>([
  ['masked', [0x82, 0x82, 1, 2, 3, 4, 5, 6], 'unexpected mask'],
  ['of an unknown kind', [0x83, 0], 'invalid opcode'],
  ['closing with a reason that is not UTF-8', [0x88, 4, 3, 0xe8, 0xff, 0xff], 'invalid utf8']
])(
  'a frame that is %s ends an attempt to connect, although the server never closes',
  async (_what, frame, why) => {
    const { url, close } = await startMuteServer(frame)
    const options = connectionOptions(url, { connectTimeout: 10_000 })
    await expect(openConnection(options)).rejects.toMatchObject({
      code: 'not-websocket',
      message: `cannot connect to "${url}/mqtt": the broker sent an invalid WebSocket frame (${why})`
    })
    close()
  }
)
