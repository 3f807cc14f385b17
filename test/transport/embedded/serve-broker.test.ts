import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createWebSocketStream, WebSocket } from 'ws'
import { askBroker } from '../../../src/transport/embedded/control.js'
import { ensureLocalBroker } from '../../../src/transport/embedded/local-broker.js'
import { type LocalPlace, localPlace } from '../../../src/transport/embedded/local-place.js'
import { type ServeOptions, type Serving, serveBroker } from '../../../src/transport/embedded/serve-broker.js'
import { connectPacket, RawClient } from '../../support/raw-client.js'

let home: string
let place: LocalPlace
const running: Serving[] = []
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tidings-serve-'))
  place = localPlace({ TIDINGS_HOME: home })
})
afterEach(async () => {
  for (const serving of running.splice(0)) await serving.stop()
  rmSync(home, { recursive: true, force: true })
})

const TCP = { host: '127.0.0.1', port: 0, webSocket: false }
const WS = { host: '127.0.0.1', port: 0, webSocket: true }

async function serve(
  options: Partial<ServeOptions> = {}
): Promise<Serving & { port: number; notices: string[] }> {
  const notices: string[] = []
  const serving = await serveBroker({
    addresses: [TCP],
    allowAnonymous: false,
    memory: false,
    origins: [],
    place,
    onNotice: (text) => notices.push(text),
    onWarning: (text) => notices.push(`Warning: ${text}`),
    ...options
  })
  running.push(serving)
  return Object.assign(serving, { port: Number(new URL(serving.urls[0] ?? '').port), notices })
}

describe('who may connect', () => {
  test.each(['0.0.0.0', '::', '192.0.2.1'])(
    'from elsewhere (%s) nobody without credentials',
    async (host) => {
      await expect(serve({ addresses: [TCP, { ...TCP, host }] })).rejects.toMatchObject({
        kind: 'usage',
        code: 'anonymous-not-allowed',
        message: `cannot listen on "${host}": other computers could connect without credentials`
      })
    }
  )

  test('from elsewhere everybody where that is meant', async () => {
    const { urls } = await serve({ addresses: [{ ...TCP, host: '0.0.0.0' }], allowAnonymous: true })
    expect(urls[0]).toMatch(/^mqtt:\/\/0\.0\.0\.0:\d+$/)
  })

  test.each([4, 5] as const)('with passwords only who knows one (protocol version %i)', async (version) => {
    const { port, socketPath } = await serve({
      addresses: [{ ...TCP, host: '0.0.0.0' }],
      authenticate: async (user, password) =>
        user === 'ada' && Buffer.from(password ?? '').toString() === 'right'
    })
    const answer = async (username?: string, password?: string) => {
      const credentials = {
        ...(username && { username }),
        ...(password && { password: Buffer.from(password) })
      }
      const { connack } = await RawClient.connect({ port, host: '127.0.0.1' }, version, credentials)
      return version === 5 ? connack.reasonCode : connack.returnCode
    }
    const refused = version === 5 ? 0x86 : 4
    expect([await answer('ada', 'right'), await answer('ada', 'wrong'), await answer()]).toEqual([
      0,
      refused,
      refused
    ])
    // Whoever reaches the socket in a folder of their own is the user.
    await RawClient.connect({ path: socketPath }, version)
  })
})

describe('over WebSocket', () => {
  async function open(
    url: string,
    options: { origin?: string; protocol?: string }
  ): Promise<RawClient | number> {
    const socket = new WebSocket(
      url,
      options.protocol ?? 'mqtt',
      options.origin ? { origin: options.origin } : {}
    )
    const refused = new Promise<number>((resolve) => {
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
    })
    const stream = createWebSocketStream(socket)
    stream.on('error', () => undefined)
    return Promise.race([refused, once(socket, 'open').then(() => new RawClient(stream, 5))])
  }

  test('programs and pages of this computer connect, pages from elsewhere do not', async () => {
    const { urls } = await serve({ addresses: [WS], origins: ['https://allowed.example'] })
    const url = urls[0] ?? ''
    expect(url).toMatch(/^ws:/)
    for (const origin of [
      undefined,
      'http://localhost:3000',
      'http://127.0.0.1',
      'http://[::1]:80',
      'https://allowed.example'
    ]) {
      const client = await open(url, origin === undefined ? {} : { origin })
      if (typeof client === 'number') throw new Error(`${origin} was refused with ${client}`)
      client.send(connectPacket(5))
      await client.next('connack')
      await client.publish('a', 'over WebSocket', { qos: 2 })
      client.destroy()
    }
    for (const origin of [
      'https://evil.example',
      'http://localhost.evil.example',
      'null',
      'http://127.0.0.1.evil.example'
    ]) {
      expect(await open(url, { origin })).toBe(401)
    }
  })

  test('a plain HTTP request is told to upgrade', async () => {
    const { urls } = await serve({ addresses: [WS] })
    expect((await fetch((urls[0] ?? '').replace('ws:', 'http:'))).status).toBe(426)
  })
})

describe('over TLS', () => {
  let folder: string
  const pem = (name: string) => readFileSync(join(folder, name), 'utf8')
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tidings-tls-'))
    const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
    openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=ca')
    for (const name of ['server', 'client']) {
      openssl('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`)
      openssl(
        'x509',
        '-req',
        '-in',
        `${name}.csr`,
        '-CA',
        'ca.pem',
        '-CAkey',
        'ca.key',
        '-CAcreateserial',
        '-out',
        `${name}.pem`
      )
    }
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const dial = (port: number, own: object = {}) =>
    new RawClient(
      connectTls({
        port,
        host: '127.0.0.1',
        ca: pem('ca.pem'),
        checkServerIdentity: () => undefined,
        ...own
      }),
      5
    )

  test('the certificate is the one that was named', async () => {
    const { port, urls } = await serve({ tls: { cert: pem('server.pem'), key: pem('server.key') } })
    expect(urls[0]).toMatch(/^mqtts:/)
    const client = dial(port)
    client.send(connectPacket(5))
    await client.next('connack')
  })

  test('with an authority only its clients get in, and from anywhere', async () => {
    const tls = { cert: pem('server.pem'), key: pem('server.key'), ca: pem('ca.pem') }
    const { port } = await serve({ addresses: [{ ...TCP, host: '0.0.0.0' }], tls })
    const stranger = dial(port)
    stranger.send(connectPacket(5))
    await stranger.closed()
    await expect(stranger.next('connack')).rejects.toThrow('ended')
    const known = dial(port, { cert: pem('client.pem'), key: pem('client.key') })
    known.send(connectPacket(5))
    await known.next('connack')
  })

  test('a key that does not belong to the certificate is refused before anything listens', async () => {
    await expect(serve({ tls: { cert: pem('server.pem'), key: pem('client.key') } })).rejects.toMatchObject({
      kind: 'bad-input',
      code: 'bad-certificate'
    })
    expect(await askBroker(place.controlPath, 'status')).toBeUndefined()
  })
})

describe('beside others', () => {
  test('a port that is in use is named, and nothing is left behind', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as AddressInfo
    await expect(serve({ addresses: [{ ...TCP, port }] })).rejects.toMatchObject({
      kind: 'connect',
      code: 'port-in-use',
      message: `cannot listen on "127.0.0.1:${port}": the port is in use`
    })
    taken.close()
    await serve()
  })

  test('a second one in the same place is refused, with who is there', async () => {
    await serve()
    await expect(serve()).rejects.toMatchObject({
      kind: 'connect',
      code: 'broker-already-runs',
      message: `cannot serve the local broker in "${home}": a broker already runs there (process ${process.pid})`
    })
  })

  test('the one in the background gives way, and what it kept is there', async () => {
    await ensureLocalBroker(() => undefined, undefined, { place, idle: 60_000 })
    const before = await RawClient.connect({ path: place.socketPath })
    await before.publish('kept', 'x', { retain: true })
    const { notices, port } = await serve()
    expect((await before.next('disconnect')).reasonCode).toBe(0x8b)
    expect(notices.join()).toMatch(/^Taking over from the local broker in the background \(process \d+\)$/)
    const client = await RawClient.connect({ port, host: '127.0.0.1' })
    expect((await client.retained('kept')).map(({ topic }) => topic)).toEqual(['kept'])
    const status = await askBroker(place.controlPath, 'status')
    expect(status).toMatchObject({
      mode: 'foreground',
      pid: process.pid,
      clients: 1,
      retained: 2,
      memory: false
    })
  })

  test('in memory nothing is kept, also not what was there before', async () => {
    const first = await serve()
    await (await RawClient.connect({ path: place.socketPath })).publish('kept', 'on disk', { retain: true })
    await first.stop()
    const second = await serve({ memory: true })
    const client = await RawClient.connect({ path: place.socketPath })
    expect(await client.retained('kept')).toEqual([])
    await client.publish('kept', 'in memory', { retain: true })
    await second.stop()
    await serve()
    const later = await RawClient.connect({ path: place.socketPath })
    expect((await later.retained('kept')).map(({ payload }) => payload.toString())).toEqual(['on disk'])
  })

  test('stop over the control socket ends it, and the answer comes when it has ended', async () => {
    const { stopped } = await serve()
    expect(await askBroker(place.controlPath, 'stop')).toMatchObject({ pid: process.pid })
    await stopped
    expect(await askBroker(place.controlPath, 'status')).toBeUndefined()
  })
})
