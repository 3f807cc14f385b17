import { once } from 'node:events'
import { connect } from 'node:net'
import { Duplex } from 'node:stream'
import { parser } from 'mqtt-packet'
import { expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '../../../src/transport/embedded/broker-limits.js'
import { listen } from '../../../src/transport/embedded/listen.js'
import { startBroker } from '../../../src/transport/embedded/start-broker.js'
import { BrokerState } from '../../../src/transport/embedded/state/broker-state.js'
import { connectPacket, encode } from '../../support/raw-client.js'

// A single packet or frame of the largest size that is allowed does not stop the others, and takes no more memory than its size.

const MB = 1024 * 1024
const PONG = encode({ cmd: 'pingreq' }, 5)

/** A client of which the test sees the stream. */
function streamClient() {
  const incoming = parser({ protocolVersion: 5 })
  const kinds: string[] = []
  incoming.on('packet', ({ cmd }) => kinds.push(cmd ?? ''))
  const stream = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => {
      incoming.parse(chunk)
      done()
    }
  })
  stream.on('error', () => undefined)
  stream.push(encode(connectPacket(5), 5))
  return { stream, kinds }
}

/** A packet whose body is `start` and then `part`, again and again. */
function packetOf(first: number, start: readonly number[], part: readonly number[], size: number): Buffer {
  const times = Math.floor((size - start.length) / part.length)
  const body = Buffer.concat([Buffer.from(start), Buffer.alloc(times * part.length, Buffer.from(part))])
  const length: number[] = []
  for (let left = body.length; left > 0 || length.length === 0; left = Math.floor(left / 128))
    length.push((left % 128) | (left >= 128 ? 0x80 : 0))
  return Buffer.concat([Buffer.from([first, ...length]), body])
}

/** A PUBLISH of QoS 1 with as many user properties as fit. */
function publishOf(size: number): Buffer {
  const count = Math.floor(size / 5)
  const properties = count * 5
  const length = [0, 7, 14, 21].map((shift) => ((properties >> shift) & 0x7f) | (shift < 21 ? 0x80 : 0))
  return packetOf(0x32, [0, 1, 97, 0, 1, ...length], [0x26, 0, 0, 0, 0], 9 + properties)
}

/** What the owner of the broker sees: its answers, and how much of its memory is used meanwhile. */
async function withBystander(packet: Buffer): Promise<{ answers: readonly string[]; isFirst: boolean }> {
  const broker = startBroker()
  const hostile = streamClient()
  const bystander = streamClient()
  broker.accept(hostile.stream)
  broker.accept(bystander.stream)
  while (hostile.kinds.length + bystander.kinds.length < 2) await new Promise(setImmediate)
  for (let at = 0; at < packet.length; at += MB) hostile.stream.push(packet.subarray(at, at + MB))
  bystander.stream.push(PONG)
  while (!bystander.kinds.includes('pingresp')) await new Promise(setImmediate)
  const isFirst = hostile.kinds.length === 1 || hostile.kinds.includes('disconnect')
  await broker.stop()
  return { answers: hostile.kinds, isFirst }
}

// How much is too much is the broker's to say: it refuses such a packet, or takes it in parts.
test.each([
  ['SUBSCRIBE that names one pattern again and again', packetOf(0x82, [0, 1, 0], [0, 1, 97, 0], 4 * MB)],
  ['UNSUBSCRIBE that names one pattern again and again', packetOf(0xa2, [0, 1, 0], [0, 1, 97], 4 * MB)],
  ['PUBLISH with nothing but user properties', publishOf(4 * MB)]
])('a %s does not keep the others waiting', { timeout: 60_000 }, async (_what, packet) => {
  expect((await withBystander(packet)).isFirst).toBe(true)
})

test('a client that names one pattern again and again gets its retained message once for each SUBSCRIBE at most a few times', async () => {
  const state = new BrokerState({ ...DEFAULT_LIMITS, subscriptionsPerClient: 10 })
  const broker = startBroker({ opened: { state, damage: [] }, limits: { subscriptionsPerClient: 10 } })
  const client = streamClient()
  broker.accept(client.stream)
  client.stream.push(
    encode({ cmd: 'publish', topic: 'a', payload: 'x', qos: 0, dup: false, retain: true }, 5)
  )
  client.stream.push(packetOf(0x82, [0, 1, 0], [0, 1, 97, 0], 40_000))
  client.stream.push(PONG)
  while (!client.kinds.includes('pingresp') && !client.stream.destroyed) await new Promise(setImmediate)
  for (let turn = 0; turn < 1000; turn++) await new Promise(setImmediate)
  expect(client.kinds.filter((kind) => kind === 'publish').length).toBeLessThanOrEqual(10)
  await broker.stop()
})

test('topic aliases of all clients together are bounded', async () => {
  const heap = () => {
    global.gc?.()
    return process.memoryUsage().heapUsed
  }
  const broker = startBroker()
  const clients = Array.from({ length: 50 }, streamClient)
  for (const { stream } of clients) broker.accept(stream)
  while (clients.some(({ kinds }) => kinds.length === 0)) await new Promise(setImmediate)
  const before = heap()
  for (const { stream } of clients)
    for (let topicAlias = 1; topicAlias <= 64; topicAlias++)
      stream.push(
        encode(
          {
            cmd: 'publish',
            topic: `${topicAlias} `.padEnd(65_000, 'x'),
            payload: '',
            qos: 0,
            dup: false,
            retain: false,
            properties: { topicAlias }
          },
          5
        )
      )
  for (const { stream } of clients) stream.push(PONG)
  while (clients.some(({ kinds, stream }) => !stream.destroyed && !kinds.includes('pingresp')))
    await new Promise(setImmediate)
  // 900 clients may be there at once, and the heap has 4 GB at most.
  expect((heap() - before) / clients.length).toBeLessThan(500_000)
  await broker.stop()
})

async function webSocketTo(port: number) {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write(
    'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
      'Sec-WebSocket-Protocol: mqtt\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'
  )
  await once(socket, 'data')
  return socket
}

/** The start of a binary frame whose mask changes nothing. */
function frameOf(size: number): Buffer {
  const head = Buffer.alloc(14)
  head[0] = 0x82
  head[1] = 0x80 | 127
  head.writeBigUInt64BE(BigInt(size), 2)
  return head
}

async function webSocketBroker(limits: { packetSize: number; unfinishedBytes: number }) {
  const broker = startBroker()
  const listener = await listen(
    { host: '127.0.0.1', port: 0, webSocket: true },
    { ...limits, origins: [], admit: () => undefined, accept: (stream) => broker.accept(stream) }
  )
  return {
    port: Number(new URL(listener.url).port),
    stop: async () => {
      listener.close()
      await broker.stop()
    }
  }
}

test('WebSocket frames that do not come to their end make room: the largest goes first', async () => {
  const { port, stop } = await webSocketBroker({ packetSize: 64 * MB, unfinishedBytes: MB })
  const clients = []
  for (const size of [300_000, 500_000, 400_000]) {
    const socket = await webSocketTo(port)
    const hello = encode(connectPacket(5), 5)
    socket.write(Buffer.concat([frameOf(hello.length), hello]))
    await once(socket, 'data')
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.resume()
    await new Promise((resolve) =>
      socket.write(Buffer.concat([frameOf(60 * MB), Buffer.alloc(size)]), resolve)
    )
    clients.push({ socket, closed })
  }
  await clients[1]?.closed
  expect(clients.map(({ socket }) => socket.destroyed)).toEqual([false, true, false])
  for (const { socket } of clients) socket.destroy()
  await stop()
})

test('before CONNECT a WebSocket frame may be no larger than a packet may be', async () => {
  const { packetSize, unfinishedBytes } = DEFAULT_LIMITS
  const { port, stop } = await webSocketBroker({ packetSize, unfinishedBytes })
  const socket = await webSocketTo(port)
  let isClosed = false
  socket.once('close', () => {
    isClosed = true
  })
  socket.resume()
  socket.write(frameOf(60 * MB))
  const part = Buffer.alloc(MB)
  let sent = 0
  while (!isClosed && sent < 59) {
    await new Promise<void>((resolve) => {
      socket.write(part, (error) => {
        isClosed ||= Boolean(error)
        resolve()
      })
      socket.once('close', () => resolve())
    })
    sent++
  }
  socket.destroy()
  await stop()
  expect(isClosed).toBe(true)
  expect(sent).toBeLessThan(20)
})

test('a WebSocket frame of millions of packets is taken in parts, and others are served in between', async () => {
  const broker = startBroker()
  const hostile = streamClient()
  const bystander = streamClient()
  broker.accept(hostile.stream)
  broker.accept(bystander.stream)
  while (hostile.kinds.length + bystander.kinds.length < 2) await new Promise(setImmediate)
  const before = process.memoryUsage().heapUsed
  // What `ws` makes of one frame is one chunk.
  hostile.stream.push(Buffer.alloc(4 * MB, PONG))
  bystander.stream.push(PONG)
  while (!bystander.kinds.includes('pingresp')) await new Promise(setImmediate)
  // The chunk itself is not on the heap.
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(100 * MB)
  hostile.stream.destroy()
  await broker.stop()
}, 60_000)
