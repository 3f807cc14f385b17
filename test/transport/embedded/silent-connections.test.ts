import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createWebSocketStream, WebSocket } from 'ws'
import { DEFAULT_LIMITS } from '../../../src/transport/embedded/broker-limits.js'
import { localPlace } from '../../../src/transport/embedded/local-place.js'
import { type Serving, serveBroker } from '../../../src/transport/embedded/serve-broker.js'
import { makeCertificates } from '../../support/certificates.js'
import { connectPacket, RawClient } from '../../support/raw-client.js'

let home: string
let serving: Serving | undefined
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tidings-silent-'))
})
afterEach(async () => {
  await serving?.stop()
  rmSync(home, { recursive: true, force: true })
})

/** Connections beyond what the broker takes on its listeners. */
const COUNT = DEFAULT_LIMITS.connections + 50

/** Opens connections that say nothing. Each is accepted by the system; the broker closes some of them. */
async function openSilent(where: { port: number; host: string } | { path: string }): Promise<Socket[]> {
  const sockets: Socket[] = []
  for (let number = 0; number < COUNT; number++) {
    const socket = connect(where)
    socket.on('error', () => undefined)
    sockets.push(socket)
    await new Promise<void>((resolve) => {
      socket.once('connect', resolve)
      socket.once('close', () => resolve())
    })
  }
  return sockets
}

/** Whether a client of this stream is let in and served. */
async function isServed(client: RawClient): Promise<void> {
  client.send(connectPacket(5))
  await client.next('connack')
  await client.subscribe('a')
  await client.publish('a', 'x', { qos: 2 })
  expect((await client.message()).topic).toBe('a')
  client.destroy()
}

test.each([
  ['TCP', false, false],
  ['TLS', true, false],
  ['WebSocket', false, true],
  ['WebSocket over TLS', true, true]
] as const)(
  'a thousand silent connections over %s lock out neither who comes over it nor the owner',
  async (_what, isTls, webSocket) => {
    const certificates = makeCertificates(home)
    const pem = (path: string) => readFileSync(path, 'utf8')
    const { serverCert, serverKey } = certificates.paths
    serving = await serveBroker({
      addresses: [{ host: '127.0.0.1', port: 0, webSocket }],
      allowAnonymous: false,
      memory: true,
      origins: [],
      ...(isTls && { tls: { cert: pem(serverCert), key: pem(serverKey) } }),
      place: localPlace({ TIDINGS_HOME: join(home, 'place') }),
      onNotice: () => undefined,
      onWarning: () => undefined
    })
    const url = serving.urls[0] ?? ''
    const where = { port: Number(new URL(url).port), host: '127.0.0.1' }
    const silent = await openSilent(where)
    const { ca } = certificates
    if (webSocket) {
      const stream = createWebSocketStream(new WebSocket(url, 'mqtt', { ca }))
      await isServed(new RawClient(stream, 5))
    } else if (isTls) await isServed(new RawClient(connectTls({ ...where, ca }), 5))
    else await isServed(await RawClient.open(where))
    await isServed(await RawClient.open({ path: serving.socketPath }))
    for (const socket of silent) socket.destroy()
  }
)

test('a thousand silent connections of the owner lock the owner out neither', async () => {
  serving = await serveBroker({
    addresses: [],
    allowAnonymous: false,
    memory: true,
    origins: [],
    place: localPlace({ TIDINGS_HOME: home }),
    onNotice: () => undefined,
    onWarning: () => undefined
  })
  const silent = await openSilent({ path: serving.socketPath })
  await isServed(await RawClient.open({ path: serving.socketPath }))
  for (const socket of silent) socket.destroy()
})
