import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { parseProxyUrl } from '../../../src/transport/sockets/socks.js'
import { connectionOptions } from '../../support/connection-options.js'
import { listenLocally } from '../../support/listen-locally.js'
import { openConnection } from '../../support/open-connection.js'
import { accept, startScriptedBroker } from '../../support/scripted-broker.js'

const closers: (() => unknown)[] = []
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()))
})

/** Reads exactly `count` bytes. */
async function read(socket: Socket, count: number): Promise<Buffer> {
  for (;;) {
    const bytes: Buffer | null = socket.read(count)
    if (bytes !== null) return bytes
    await once(socket, 'readable')
  }
}

/** A SOCKS 5 proxy [RFC 1928, RFC 1929] that wants `user` and `password`, and leads everything to `port`. */
async function startProxy(
  user: string,
  password: string,
  port: number
): Promise<{ server: Server; url: string }> {
  const serve = async (socket: Socket) => {
    const [, methods = 0] = await read(socket, 2)
    await read(socket, methods)
    socket.write(Buffer.from([5, 2]))
    const [, userLength = 0] = await read(socket, 2)
    const gotUser = (await read(socket, userLength)).toString()
    const [passwordLength = 0] = await read(socket, 1)
    const gotPassword = (await read(socket, passwordLength)).toString()
    const isRight = gotUser === user && gotPassword === password
    socket.write(Buffer.from([1, isRight ? 0 : 1]))
    if (!isRight) return
    await read(socket, 10)
    socket.write(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0]))
    const broker = connect(port, '127.0.0.1')
    socket.pipe(broker).pipe(socket)
    for (const side of [socket, broker]) {
      side.on('error', () => {})
      side.on('close', () => {
        socket.destroy()
        broker.destroy()
      })
    }
  }
  const server = createServer((socket) => {
    socket.on('error', () => {})
    void serve(socket).catch(() => socket.destroy())
  })
  const ownPort = await listenLocally(server)
  closers.push(() => server.close())
  return { server, url: `127.0.0.1:${ownPort}` }
}

describe('a proxy', () => {
  it('gets its user name and password decoded, and leads to the broker', async () => {
    const broker = await startScriptedBroker((peer) => accept(peer).then(() => {}))
    closers.push(broker.close)
    const proxy = await startProxy('a@b', 'p:%', broker.port)
    const connection = await openConnection(
      connectionOptions('mqtt://192.0.2.1', { proxy: `socks5://a%40b:p%3A%25@${proxy.url}` })
    )
    expect(connection.broker.url).toBe('mqtt://192.0.2.1:1883')
    await connection.close()
  })

  it('is not taken from the variable of mqtt.js', async () => {
    const name = 'MQTTJS_SOCKS_PROXY'
    const broker = await startScriptedBroker((peer) => accept(peer).then(() => {}))
    closers.push(broker.close, () => delete process.env[name])
    process.env[name] = 'socks5://127.0.0.1:1'
    const connection = await openConnection(connectionOptions(broker.url))
    await connection.close()
  })

  it('that refuses is named, without its password', async () => {
    const proxy = await startProxy('ann', 's3cret', 1)
    const options = connectionOptions('mqtt://192.0.2.1', { proxy: `socks5h://ann:wr0ng@${proxy.url}` })
    const failure = await openConnection(options).catch((error: unknown) => error)
    expect(failure).toMatchObject({ kind: 'connect', code: 'proxy-failed' })
    expect(String(failure)).not.toMatch(/wr0ng|s3cret/)
  })

  it.each(['http://h', 'socks5://', 'h:1080', 'socks5://h/x', 'socks5://h:0', 'socks5://u:%zz@h'])(
    '"%s" is refused',
    (text) => {
      expect(() => parseProxyUrl(text)).toThrow('cannot use the proxy')
    }
  )
})
