import { createServer } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { ConnectionOptions } from '../../../src/core/connection.js'
import { TidingsError } from '../../../src/core/errors.js'
import { openAmqp } from '../../../src/transport/amqp/open-amqp.js'
import type { AmqpFaults } from '../../support/amqp-faults.js'
import { textOf } from '../../support/amqp-fields.js'
import {
  AMQP_1_0,
  AMQP_1_0_SASL,
  type AmqpServer,
  type AmqpServerSettings,
  startAmqpServer
} from '../../support/amqp-server.js'
import { connectionOptions, message, Notices } from '../../support/connection-options.js'
import { listenLocally } from '../../support/listen-locally.js'

const endings: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

async function startServer(
  settings: Partial<AmqpServerSettings> = {},
  faults: AmqpFaults = {}
): Promise<AmqpServer> {
  const server = await startAmqpServer(settings, faults)
  endings.push(() => server.stop())
  return server
}

async function open(url: string | readonly string[], options: Partial<ConnectionOptions> = {}) {
  const connection = await openAmqp(connectionOptions(url, options))
  endings.push(() => connection.close())
  return connection
}

async function failureOf(url: string, options: Partial<ConnectionOptions> = {}): Promise<TidingsError> {
  const failure = await open(url, options).then(
    () => new Error('it connected'),
    (error: unknown) => error
  )
  if (failure instanceof TidingsError) return failure
  throw failure
}

/** A server that answers with these bytes, whatever it is told, and then closes if it says nothing. */
async function answering(bytes: Uint8Array | undefined): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => (bytes === undefined ? socket.end() : socket.write(bytes)))
  })
  const port = await listenLocally(server)
  endings.push(async () => server.close())
  return `amqp://127.0.0.1:${port}`
}

describe('connecting to a broker', () => {
  it('tells it who connects, and what that client can do', async () => {
    const server = await startServer()
    const { broker } = await open(server.url, { clientId: 'till-7' })
    const [peer] = server.peers
    const properties = new Map(peer?.clientProperties.map(([name, field]) => [name, textOf(field)]))
    expect(properties.get('product')).toBe('tidings')
    expect(properties.get('connection_name')).toBe('till-7')
    for (const capability of [
      'authentication_failure_close',
      'connection.blocked',
      'basic.nack',
      'consumer_cancel_notify'
    ])
      expect(peer?.knows(capability), capability).toBe(true)
    expect(peer?.user).toBe('guest')
    expect(broker).toMatchObject({
      protocol: 'AMQP 0-9-1',
      clientId: 'till-7',
      url: `amqp://127.0.0.1:${server.port}`
    })
  })

  it('agrees on what both sides can do', async () => {
    const server = await startServer({ tune: { channelMax: 4, frameMax: 8192, heartbeat: 60 } })
    await open(server.url, { keepalive: 20 })
    expect(server.peers[0]?.tuned).toEqual({ channelMax: 4, frameMax: 8192, heartbeat: 20 })
  })

  it('works with answers that come byte by byte', async () => {
    const server = await startServer({}, { bytesPerWrite: 1 })
    const connection = await open(server.url)
    expect(await connection.publish([message('a', 'x')])).toMatchObject({ acknowledged: 1 })
  })

  it('goes on to the next host where one does not answer', async () => {
    const server = await startServer()
    const gone = await startServer()
    const { port } = gone
    await gone.stop()
    const notices = new Notices()
    const { broker } = await open(`amqp://guest:guest@127.0.0.1:${port},127.0.0.1:${server.port}/%2F`, {
      onNotice: notices.take
    })
    expect(broker.url).toBe(`amqp://127.0.0.1:${server.port}`)
    expect((await notices.first('failover')).text).toContain('connection refused; trying')
  })

  it('says goodbye, and resolves `closed` without a reason', async () => {
    const server = await startServer()
    const connection = await open(server.url)
    await connection.close()
    expect(await connection.closed).toBeUndefined()
    expect(server.peers[0]?.received.map(({ method }) => method.name)).toContain('connection.close')
  })
})

describe('a broker that refuses', () => {
  it('the password is told as that', async () => {
    const server = await startServer()
    expect(await failureOf(server.url.replace('guest:guest', 'ann:wrong'))).toMatchObject({
      kind: 'refused',
      code: 'bad-credentials',
      suggestion: expect.stringContaining('check user name and password')
    })
  })

  it('the virtual host is told as that', async () => {
    const server = await startServer()
    const failure = await failureOf(server.url.replace('%2F', 'shop'))
    expect(failure).toMatchObject({ kind: 'refused' })
    expect(failure.message).toContain('shop')
  })

  it('and never closes is not waited for', async () => {
    const server = await startServer({}, { closes: false })
    const failure = await failureOf(server.url.replace('%2F', 'shop'), { connectTimeout: 0 })
    expect(failure).toMatchObject({ code: 'no-such-vhost' })
  })

  it('all mechanisms of ours names those it has', async () => {
    const server = await startServer({ mechanisms: 'AMQPLAIN X' })
    const failure = await failureOf(server.url)
    expect(failure).toMatchObject({ kind: 'refused', code: 'not-authorized' })
    expect(failure.message).toContain('AMQPLAIN X')
  })

  it.each([
    ['without SASL', AMQP_1_0],
    ['with SASL', AMQP_1_0_SASL]
  ])('AMQP 0-9-1, and speaks AMQP 1.0 %s, is named as that', async (_name, answerToHeader) => {
    const server = await startServer({ answerToHeader })
    const failure = await failureOf(server.url)
    expect(failure).toMatchObject({ kind: 'connect', code: 'protocol-unsupported' })
    expect(failure.message).toContain('the broker speaks AMQP 1.0, and not AMQP 0-9-1')
  })
})

describe('what is no AMQP broker', () => {
  it.each([
    ['HTTP/1.1 400 Bad Request\r\n\r\n', 'http-server', 'an HTTP server answered on this port'],
    ['\x15\x03\x01\x00\x02\x02\x46', 'tls-expected', 'the broker expects TLS on this port'],
    ['\x20\x02\x00\x01', 'not-amqp', 'the answer is MQTT and not AMQP'],
    ['SSH-2.0-OpenSSH_9\r\n', 'not-amqp', 'an SSH server answered on this port'],
    ['-ERR unknown command\r\n', 'not-amqp', 'the answer is not AMQP'],
    ['\x01\0\0\0\0\0\x04\0\x0a\0\x0bX', 'not-amqp', 'a frame without its end'],
    ['\x01\0\0\0\0\0\x04\0\x0a\0\x1e\xce', 'not-amqp', 'method 10.30 while connecting']
  ])('and says %j is named', async (answer, code, why) => {
    const failure = await failureOf(await answering(Buffer.from(answer, 'latin1')))
    expect(failure).toMatchObject({ kind: 'connect', code })
    expect(failure.message).toContain(why)
  })

  it('and closes without a word is told as that', async () => {
    const failure = await failureOf(await answering(undefined))
    expect(failure).toMatchObject({ kind: 'connect', code: 'connection-closed' })
  })

  it('and never answers costs the time to connect', async () => {
    const failure = await failureOf(await answering(Buffer.alloc(0)), { connectTimeout: 50 })
    expect(failure).toMatchObject({ kind: 'connect', code: 'connect-timeout' })
  })
})

describe('options that make no sense', () => {
  it.each<[string, Partial<ConnectionOptions>, string]>([
    ['amqp://h', { keepalive: 70_000 }, 'bad-keepalive'],
    ['amqp://h', { password: 'x' }, 'username-missing'],
    ['amqp://h', { username: 'a\0b', password: 'x' }, 'bad-connect-text'],
    ['amqp://h', { brokers: ['amqp://h', 'amqp://h?exchange=x'] }, 'bad-broker-url']
  ])('for %s are refused before a socket opens', async (url, options, code) => {
    expect(await failureOf(url, options)).toMatchObject({ kind: 'usage', code })
  })

  it('a password without TLS to another computer is warned of', async () => {
    const notices = new Notices()
    const signal = AbortSignal.abort(new Error('enough'))
    await failureOf('amqp://ann:secret@rabbit.invalid', { onNotice: notices.take, signal })
    const [notice] = notices.all
    expect(notice?.text).toContain('unencrypted; amqps:// would protect it')
    expect(notice?.text).not.toContain('secret')
  })
})

describe('a connection that goes on', () => {
  it('is given up after two intervals without a heartbeat, and made again', async () => {
    const faults: AmqpFaults = { heartbeats: false }
    const server = await startServer({}, faults)
    const notices = new Notices()
    await open(server.url, { keepalive: 1, onNotice: notices.take })
    expect((await notices.first('reconnecting')).text).toContain('the broker does not answer any more')
    faults.heartbeats = true
    await notices.first('reconnected')
  })

  it('sends heartbeats itself', async () => {
    const server = await startServer()
    await open(server.url, { keepalive: 1 })
    await server.until(() => (server.peers[0]?.heartbeatsReceived ?? 0) > 1)
  })

  it('tells why the broker has closed it, and is made again', async () => {
    const server = await startServer()
    const notices = new Notices()
    await open(server.url, { onNotice: notices.take })
    server.peers[0]?.close(320, 'CONNECTION_FORCED - broker forced connection closure')
    expect((await notices.first('reconnecting')).reason).toBe('broker forced connection closure')
    await notices.first('reconnected')
  })

  it.each([
    ['a reader whose queue is gone with the connection', {}, '; what was published meanwhile may be missing'],
    ['a session, whose queue stays', { session: 'billing' }, '']
  ])('tells %s what that means once it is made again', async (_who, options, gap) => {
    const server = await startServer()
    const notices = new Notices()
    const connection = await open(server.url, { ...options, onNotice: notices.take })
    await connection.subscribe([{ pattern: 'paid.#', guarantee: 1 }], () => undefined)
    server.cut()
    const { text } = await notices.first('reconnected')
    expect(text).toBe(`connected to "amqp://127.0.0.1:${server.port}" again${gap}`)
  })

  it('is made again where the broker says goodbye and never closes', async () => {
    const server = await startServer({}, { closes: false })
    const notices = new Notices()
    await open(server.url, { onNotice: notices.take })
    server.peers[0]?.close(320, 'CONNECTION_FORCED - broker forced connection closure')
    await notices.first('reconnected')
  })

  it('ends for good once the broker has violated AMQP five times', async () => {
    const server = await startServer()
    const connection = await open(server.url)
    for (let time = 0; time < 5; time++) {
      await connection.publish([message('a', 'the connection is made')])
      server.peers.at(-1)?.sendBytes(Buffer.from('nonsense'))
    }
    expect(await connection.closed).toMatchObject({ kind: 'unfinished', code: 'protocol-error' })
  })
})
