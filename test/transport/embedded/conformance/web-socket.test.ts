import { once } from 'node:events'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { type Listener, listen } from '../../../../src/transport/embedded/listen.js'
import { type EmbeddedBroker, startBroker } from '../../../../src/transport/embedded/start-broker.js'
import { connectBytes } from '../../../support/packet-bytes.js'

// MQTT over WebSocket.

let broker: EmbeddedBroker
let listener: Listener
beforeAll(async () => {
  broker = startBroker()
  const address = { host: '127.0.0.1', port: 0, webSocket: true }
  const accept = broker.accept.bind(broker)
  listener = await listen(address, {
    origins: [],
    packetSize: 1000,
    unfinishedBytes: 1_000_000,
    admit: () => undefined,
    accept: (stream) => accept(stream)
  })
})
afterAll(async () => {
  await broker.stop()
  listener.close()
})

const PINGREQ = Buffer.from([0xc0, 0])
const CONNACK = Buffer.from([0x20, 2, 0, 0])
const PINGRESP = Buffer.from([0xd0, 0])

async function open(...protocols: string[]): Promise<WebSocket> {
  const socket = new WebSocket(listener.url, protocols)
  await once(socket, 'open')
  return socket
}

/** What the broker sends, and whether all of it came in binary frames. */
function answers(socket: WebSocket, length: number): Promise<[bytes: Buffer, isBinary: boolean]> {
  let bytes = Buffer.alloc(0)
  let isBinary = true
  return new Promise((resolve) => {
    socket.on('message', (frame: Buffer, binary) => {
      bytes = Buffer.concat([bytes, frame])
      isBinary &&= binary
      if (bytes.length >= length) resolve([bytes, isBinary])
    })
  })
}

test('[5: 6.0.0-2 4.2.0-1] [3: 6.0.0-2 7.1.1-1] packets are cut anywhere, or several in one frame; answers come in binary frames', async () => {
  const socket = await open('mqtt')
  const connect = connectBytes(4)
  const expected = Buffer.concat([CONNACK, PINGRESP, PINGRESP])
  const answered = answers(socket, expected.length)
  for (const byte of connect.subarray(0, -1)) socket.send(Buffer.from([byte]))
  socket.send(Buffer.concat([connect.subarray(-1), PINGREQ, PINGREQ.subarray(0, 1)]))
  socket.send(PINGREQ.subarray(1))
  expect(await answered).toEqual([expected, true])
  socket.terminate()
})

test('[5: 6.0.0-1] [3: 6.0.0-1] a text frame ends the connection', async () => {
  const socket = await open('mqtt')
  const closed = once(socket, 'close')
  socket.send(connectBytes(4), { binary: false })
  expect((await closed)[0]).toBe(1003)
})

test('[5: 6.0.0-4] [3: 6.0.0-4] the protocol that is chosen is mqtt, wherever it is offered', async () => {
  for (const offered of [['mqtt'], ['mqttv3.1', 'mqtt'], ['chat', 'mqtt']]) {
    const socket = await open(...offered)
    expect(socket.protocol).toBe('mqtt')
    socket.terminate()
  }
})
