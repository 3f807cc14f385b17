import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { generate } from 'mqtt-packet'
import { afterEach, describe, expect, test } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { TidingsError } from '../../../src/core/errors.js'
import { connectionOptions, message, Notices } from '../../support/connection-options.js'
import { listenLocally } from '../../support/listen-locally.js'
import { openConnection } from '../../support/open-connection.js'

const CONNACK = generate({ cmd: 'connack', returnCode: 0, sessionPresent: false })
const MQTT = { mqtt: { version: '3.1.1' }, keepalive: 0 } as const

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

async function serve(server: Server): Promise<string> {
  closers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `ws://127.0.0.1:${await listenLocally(server)}`
}

/** A server whose WebSockets are played by the script. */
async function startServer(script: (client: WebSocket) => void): Promise<string> {
  const server = createServer()
  const sockets = new WebSocketServer({ server })
  sockets.on('connection', script)
  closers.push(() => {
    for (const client of sockets.clients) client.terminate()
  })
  return serve(server)
}

async function failureOf(url: string): Promise<TidingsError> {
  try {
    await (await openConnection(connectionOptions(url, MQTT))).close()
  } catch (error) {
    if (error instanceof TidingsError) return error
    throw error
  }
  throw new Error('it connected')
}

/** Answers the handshake with this status and `Location`. */
async function refusing(status: number, location?: string): Promise<string> {
  const server = createServer()
  server.on('upgrade', (_request: IncomingMessage, socket: Socket) => {
    const line = location === undefined ? '' : `Location: ${location}\r\n`
    socket.end(`HTTP/1.1 ${status} No\r\n${line}Content-Length: 0\r\n\r\n`)
  })
  return serve(server)
}

describe('a handshake that is refused', () => {
  const STATUS = 'the server answered the WebSocket handshake with HTTP status'

  test.each([
    [503, `${STATUS} 503: the broker is not available`, 'try again later: --wait 1m'],
    [502, `${STATUS} 502: the broker, or a proxy before it, failed`, 'try again later: --wait 1m'],
    [429, `${STATUS} 429: too many requests`, 'try again later: --wait 1m'],
    [401, `${STATUS} 401`, 'check --ws-header and the credentials'],
    [404, `${STATUS} 404`, 'check the path: most brokers use /mqtt, RabbitMQ uses /ws']
  ])('with %i, is told with what to do', async (status, why, suggestion) => {
    const url = await refusing(status)
    const broker = `${url}/mqtt`
    const facts = { kind: 'connect', code: 'websocket-refused', suggestion }
    expect(await failureOf(url)).toMatchObject({ ...facts, message: `cannot connect to "${broker}": ${why}` })
  })

  test.each([
    ['https://b.example/mqtt?token=s3cret', 'wss://b.example/mqtt'],
    ['http://ann:s3cret@b.example:81/', 'ws://b.example:81/']
  ])('with a place elsewhere, %s, names it without its secrets', async (location, target) => {
    const failure = await failureOf(await refusing(302, location))
    expect(failure.message).toContain(`302: it redirects its clients to "${target}"`)
    expect(failure.suggestion).toBe(`--broker ${target}`)
    expect(JSON.stringify(failure) + failure.message).not.toContain('s3cret')
  })

  test('with a place on the same server, names it, too', async () => {
    const url = await refusing(301, '/ws')
    expect((await failureOf(url)).suggestion).toBe(`--broker ${url}/ws`)
  })

  test.each(["http://b.example/';reboot;'", 'http://b.example/$(reboot)', 'ftp://b.example/', 'http://['])(
    'with a place that is not to be pasted, %s, does not suggest it',
    async (location) => {
      const failure = await failureOf(await refusing(307, location))
      expect(failure.message).toMatch(/307: it redirects its clients$/)
      expect(failure.suggestion).not.toContain('b.example')
    }
  )

  test('by a web page, is told', async () => {
    const url = await serve(
      createServer((_request: IncomingMessage, response: ServerResponse) => response.end('<html>'))
    )
    expect((await failureOf(url)).message).toContain(`${STATUS} 200`)
  })

  test('by a server that speaks another protocol over WebSocket, is told in plain words', async () => {
    const server = createServer()
    new WebSocketServer({ server, handleProtocols: () => false })
    expect(await failureOf(await serve(server))).toMatchObject({
      code: 'websocket-refused',
      message: expect.stringContaining('the server speaks WebSocket, but not this protocol over it')
    })
  })
})

describe('a WebSocket that the broker closes with a code', () => {
  test.each([
    [1008, 'no token', '(1008, policy violation, no token)'],
    [1001, '', '(1001, the broker shuts down)'],
    [4001, 'two\nlines \u001b[2J', '(4001, two lines [2J)'],
    [1000, 'bye', '(1000, bye)']
  ])('before it has answered: %i %j', async (code, reason, words) => {
    const url = await startServer((client) => client.once('message', () => client.close(code, reason)))
    expect(await failureOf(url)).toMatchObject({
      kind: 'connect',
      code: 'connection-closed',
      message: `cannot connect to "${url}/mqtt": the broker closed the WebSocket ${words}`
    })
  })

  test('later, is told with code and reason', async () => {
    const url = await startServer((client) => {
      client.once('message', () => {
        client.send(CONNACK)
        client.once('message', () => client.close(1012, 'back at noon'))
      })
    })
    const notices = new Notices()
    const connection = await openConnection(connectionOptions(url, { ...MQTT, onNotice: notices.take }))
    const report = connection.publish([message('a', 'x', 1)])
    expect(await notices.first('reconnecting')).toMatchObject({
      reason: 'the broker closed the WebSocket (1012, the broker restarts, back at noon)'
    })
    await connection.close()
    await report
  })

  test('and leaves open otherwise, is told in the same words when something is written', async () => {
    const frame = (first: number, bytes: Buffer) => Buffer.concat([Buffer.from([first, bytes.length]), bytes])
    const server = createServer()
    let peer: Socket | undefined
    // Not by ws, which would close its socket, too.
    server.on('upgrade', (request: IncomingMessage, socket: Socket) => {
      const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`
      const accepted = createHash('sha1').update(key).digest('base64')
      const lines = ['HTTP/1.1 101 Switching', 'Upgrade: websocket', 'Connection: Upgrade']
      const own = [`Sec-WebSocket-Accept: ${accepted}`, 'Sec-WebSocket-Protocol: mqtt']
      socket.write(`${[...lines, ...own].join('\r\n')}\r\n\r\n`)
      socket.once('data', () => socket.write(frame(0x82, CONNACK)))
      peer = socket
    })
    const notices = new Notices()
    const options = connectionOptions(await serve(server), { ...MQTT, onNotice: notices.take })
    const connection = await openConnection(options)
    peer?.write(frame(0x88, Buffer.from([0x03, 0xe9])))
    // It answers a closing frame with its own.
    if (peer !== undefined) await once(peer, 'data')
    const report = connection.publish([message('a', 'x', 1)])
    expect(await notices.first('reconnecting')).toMatchObject({
      reason: 'the broker closed the WebSocket (1001, the broker shuts down)'
    })
    await connection.close()
    await report
  })
})

test('a frame that is none is told in plain words', async () => {
  const server = createServer()
  const sockets = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request, socket: Socket, head) => {
    sockets.handleUpgrade(request, socket, head, (client) => {
      client.once('message', () => socket.write(Buffer.from([0x83, 0])))
    })
  })
  const failure = await failureOf(await serve(server))
  expect(failure.message).toMatch(/: the broker sent an invalid WebSocket frame \(invalid opcode\)$/)
})

test('an answer that is not HTTP is told in plain words', async () => {
  const server = createServer()
  server.on('connection', (socket: Socket) => socket.once('data', () => socket.end('SSH-2.0-OpenSSH\r\n')))
  const url = await serve(server)
  await expect(failureOf(url)).resolves.toMatchObject({
    code: 'not-websocket',
    message: `cannot connect to "${url}/mqtt": the answer is not HTTP`
  })
})
