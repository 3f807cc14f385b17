import { createServer } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { BrokerConnection, ConnectionOptions } from '../../../src/core/connection.js'
import { TidingsError } from '../../../src/core/errors.js'
import { connectionOptions, message, Notices } from '../../support/connection-options.js'
import { openConnection } from '../../support/open-connection.js'
import {
  accept,
  type Peer,
  type Script,
  type ScriptedBroker,
  startScriptedBroker
} from '../../support/scripted-broker.js'

const brokers: ScriptedBroker[] = []
const connections: BrokerConnection[] = []

afterEach(async () => {
  await Promise.all(connections.splice(0).map((connection) => connection.close()))
  await Promise.all(brokers.splice(0).map((broker) => broker.close()))
})

async function broker(script: Script): Promise<ScriptedBroker> {
  const started = await startScriptedBroker(script)
  brokers.push(started)
  return started
}

async function connect(
  url: string | readonly string[],
  options: Partial<ConnectionOptions> = {}
): Promise<BrokerConnection> {
  const connection = await openConnection(connectionOptions(url, options))
  connections.push(connection)
  return connection
}

async function failureOf(connecting: Promise<BrokerConnection>): Promise<TidingsError> {
  try {
    await connecting
  } catch (error) {
    if (error instanceof TidingsError) return error
    throw error
  }
  throw new Error('it connected')
}

/** A port on which nobody listens. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

describe('the first connection fails at once', () => {
  it('when nobody listens', async () => {
    const url = `mqtt://127.0.0.1:${await freePort()}`
    const failure = await failureOf(connect(url))
    expect(failure).toMatchObject({ kind: 'connect', code: 'connection-refused' })
    expect(failure.message).toBe(`cannot connect to "${url}": connection refused`)
    expect(failure.suggestion).toContain('tidings broker')
  })

  it('when the host is unknown', async () => {
    expect(await failureOf(connect('mqtt://no-such-host.invalid'))).toMatchObject({
      kind: 'connect',
      code: 'unknown-host'
    })
  })

  it('when the socket does not exist', async () => {
    expect(await failureOf(connect('mqtt+unix:///tmp/no-such-tidings.sock'))).toMatchObject({
      kind: 'connect',
      code: 'no-such-socket'
    })
  })

  it('when the broker accepts but never answers', async () => {
    const { url } = await broker(() => {})
    const failure = await failureOf(connect(url, { connectTimeout: 100 }))
    expect(failure).toMatchObject({ kind: 'connect', code: 'connect-timeout' })
    expect(failure.message).toContain('no answer within 100 ms')
  })

  it.each([
    ['SSH', 'SSH-2.0-OpenSSH_9.2p1\r\n'],
    ['Redis', '-ERR unknown command\r\n'],
    ['a PUBLISH before CONNACK', Buffer.from([0x30, 5, 0, 1, 0x61, 0x62, 0x63])],
    ['a PINGRESP before CONNACK', Buffer.from([0xd0, 0])],
    ['an impossible length', Buffer.from([0x20, 0xff, 0xff, 0xff, 0xff, 0xff])]
  ])('when the answer is %s', async (_name, bytes) => {
    const { url } = await broker((peer) => peer.sendBytes(bytes))
    expect(await failureOf(connect(url, { mqtt: { version: '5' } }))).toMatchObject({
      kind: 'connect',
      code: 'not-mqtt'
    })
  })

  it('when an HTTP server answers', async () => {
    const { url } = await broker((peer) => peer.sendBytes('HTTP/1.1 400 Bad Request\r\n\r\n'))
    const failure = await failureOf(connect(url))
    expect(failure).toMatchObject({ kind: 'connect', code: 'http-server' })
    expect(failure.message).toBe(`cannot connect to "${url}": an HTTP server answered on this port`)
    expect(failure.suggestion).toContain('check the port')
  })

  it('when the broker closes without a word, whatever the version', async () => {
    const { url, peers } = await broker(async (peer) => {
      await peer.next('connect')
      peer.cut()
    })
    const failure = await failureOf(connect(url))
    expect(failure).toMatchObject({ kind: 'connect', code: 'connection-closed' })
    expect(failure.suggestion).toContain('WebSocket')
    expect(peers.map(({ version }) => version)).toEqual([5, 5, 4])
  })

  it.each([
    [5, { reasonCode: 134 }, 'bad-credentials', 'bad user name or password'],
    [
      5,
      { reasonCode: 135, properties: { reasonString: 'no\nentry' } },
      'not-authorized',
      'not authorized (no entry)'
    ],
    [5, { reasonCode: 138 }, 'banned', 'banned'],
    [5, { reasonCode: 133 }, 'client-id-refused', 'client identifier not valid'],
    [5, { reasonCode: 140 }, 'not-authorized', 'bad authentication method'],
    [4, { returnCode: 4 }, 'bad-credentials', 'bad user name or password'],
    [4, { returnCode: 5 }, 'not-authorized', 'not authorized'],
    [4, { returnCode: 2 }, 'client-id-refused', 'client identifier not valid']
  ])('when an MQTT %i broker answers %o', async (version, connack, code, words) => {
    const { url, count, peers } = await broker((peer) => accept(peer, connack).then(() => {}))
    const mqtt = { version: version === 5 ? '5' : '3.1.1' } as const
    const failure = await failureOf(connect(url, { mqtt, username: 'ann', password: 's3cret', wait: 5000 }))
    expect(failure).toMatchObject({ kind: 'refused', code })
    expect(failure.message).toBe(`cannot connect to "${url}": the broker refused: ${words}`)
    expect(`${failure.message} ${failure.suggestion} ${JSON.stringify(failure.details)}`).not.toContain(
      's3cret'
    )
    expect(peers).toHaveLength(1)
    expect(count).toBe(0)
  })

  it('when the broker has moved, however long it may take', async () => {
    const { url, peers } = await broker((peer) => accept(peer, { reasonCode: 0x9d }).then(() => {}))
    expect(await failureOf(connect(url, { wait: 60_000 }))).toMatchObject({
      kind: 'connect',
      code: 'server-moved',
      message: `cannot connect to "${url}": the broker refused: server moved`
    })
    expect(peers).toHaveLength(1)
  })

  it('when it is interrupted', async () => {
    const interrupt = new AbortController()
    const { url } = await broker(() => interrupt.abort('SIGTERM'))
    expect(await failureOf(connect(url, { signal: interrupt.signal }))).toMatchObject({
      kind: 'interrupted',
      details: { signal: 'SIGTERM' }
    })
  })

  it.each([
    [{ keepalive: 65_536 }, 'bad-keepalive'],
    [{ session: '' }, 'bad-connect-text'],
    [{ clientId: '' }, 'bad-connect-text'],
    [{ username: 'a\0' }, 'bad-connect-text'],
    [{ username: '\ud800' }, 'bad-connect-text'],
    [{ password: 'x' }, 'username-missing'],
    [{ brokers: [] }, 'broker-missing'],
    [{ proxy: 'http://h' }, 'bad-proxy-url'],
    [{ brokers: ['mqtt://h', 'tcp://h'] }, 'unknown-scheme']
  ])('without a socket, when the options are %o', async (options, code) => {
    const { url, peers } = await broker(() => {})
    expect(await failureOf(connect(url, options))).toMatchObject({ kind: 'usage', code })
    expect(peers).toHaveLength(0)
  })
})

describe('the first connection', () => {
  it('is made as soon as the broker is there, when it may wait', async () => {
    const port = await freePort()
    const notices = new Notices()
    const connecting = connect(`mqtt://127.0.0.1:${port}`, { wait: 60_000, onNotice: notices.take })
    expect((await notices.first('waiting')).text).toContain('connection refused')
    const late = createServer((socket) =>
      socket.once('data', () => socket.write(Buffer.from([0x20, 3, 0, 0, 0])))
    )
    await new Promise<void>((resolve) => late.listen(port, '127.0.0.1', resolve))
    expect((await connecting).broker.protocol).toBe('MQTT 5')
    late.close()
  })

  it('goes to the next broker when one is not there', async () => {
    const { url } = await broker((peer) => accept(peer).then(() => {}))
    const dead = `mqtt://127.0.0.1:${await freePort()}`
    const notices = new Notices()
    const connection = await connect([dead, url], { onNotice: notices.take })
    expect(connection.broker.url).toBe(url)
    expect((await notices.first('failover')).text).toBe(
      `cannot connect to "${dead}": connection refused; trying "${url}"`
    )
  })

  it('names every broker that failed', async () => {
    const urls = [`mqtt://127.0.0.1:${await freePort()}`, `mqtt://127.0.0.1:${await freePort()}`]
    const failure = await failureOf(connect(urls))
    expect(failure).toMatchObject({ kind: 'connect', code: 'connection-refused' })
    for (const url of urls) expect(failure.message).toContain(url)
  })

  it.each([
    ['the CONNACK of MQTT 3.1.1', Buffer.from([0x20, 2, 0, 1]), [5, 4]],
    ['the CONNACK of MQTT 5', Buffer.from([0x20, 3, 0, 0x84, 0]), [5, 4]],
    ['nothing, twice', Buffer.alloc(0), [5, 5, 4]]
  ])('falls back to 3.1.1 when a broker refuses MQTT 5 with %s', async (_name, refusal, versions) => {
    const { url, peers } = await broker(async (peer) => {
      await peer.next('connect')
      if (peer.version === 5) peer.socket.end(refusal)
      else peer.connack()
    })
    const notices = new Notices()
    const connection = await connect(url, { onNotice: notices.take })
    expect(connection.broker.protocol).toBe('MQTT 3.1.1')
    expect(notices.all.map(({ kind }) => kind)).toEqual(['fallback'])
    expect(peers.map(({ version }) => version)).toEqual(versions)
  })

  it.each([
    ['closed', (peer: Peer) => void peer.socket.end()],
    ['reset', (peer: Peer) => void peer.socket.resetAndDestroy()]
  ])('speaks MQTT 5 although its first connection was %s before CONNACK', async (_how, cut) => {
    const { url, peers } = await broker(async (peer) => {
      await peer.next('connect')
      if (peer.index === 0) cut(peer)
      else peer.connack()
    })
    const notices = new Notices()
    const connection = await connect(url, { onNotice: notices.take })
    expect(connection.broker.protocol).toBe('MQTT 5')
    expect(notices.all).toEqual([])
    expect(peers.map(({ version }) => version)).toEqual([5, 5])
  })

  it('speaks no other version than the one that is asked for', async () => {
    const { url, peers } = await broker((peer) => accept(peer, { reasonCode: 132 }).then(() => {}))
    expect(await failureOf(connect(url, { mqtt: { version: '5' } }))).toMatchObject({
      code: 'protocol-unsupported'
    })
    expect(peers).toHaveLength(1)
  })

  it('makes up a client id, and passes user name and password decoded', async () => {
    const { url, peers } = await broker((peer) => accept(peer).then(() => {}))
    await connect(url.replace('mqtt://', 'mqtt://ann:a%3Ab%40c@'))
    expect(peers[0]?.received[0]).toMatchObject({
      clientId: expect.stringMatching(/^tidings-[0-9a-z]{12}$/),
      username: 'ann',
      password: Buffer.from('a:b@c')
    })
  })

  it.each([
    ['tok:', 'tok', Buffer.from('')],
    ['tok', 'tok', Buffer.from('of the environment')],
    ['tok:own', 'tok', Buffer.from('own')]
  ])(
    'is made with the password of a URL, also an empty one: %s@',
    async (credentials, username, password) => {
      const { url, peers } = await broker((peer) => accept(peer).then(() => {}))
      await connect(url.replace('//', `//${credentials}@`), { password: 'of the environment' })
      expect(peers[0]?.received[0]).toMatchObject({ username, password })
    }
  )

  it('knows the limits that the broker names', async () => {
    const properties = {
      maximumQoS: 1,
      retainAvailable: false,
      receiveMaximum: 7,
      maximumPacketSize: 256,
      topicAliasMaximum: 3,
      wildcardSubscriptionAvailable: false,
      sharedSubscriptionAvailable: false,
      serverKeepAlive: 11
    }
    const { url } = await broker((peer) => accept(peer, { properties }).then(() => {}))
    expect((await connect(url)).broker).toMatchObject({
      mqtt: {
        maximumQos: 1,
        retainAvailable: false,
        receiveMaximum: 7,
        maximumPacketSize: 256,
        topicAliasMaximum: 3,
        wildcardsAvailable: false,
        sharedAvailable: false,
        serverKeepalive: 11
      }
    })
  })

  it('leaves a last will, with its properties', async () => {
    const { url, peers } = await broker((peer) => accept(peer).then(() => {}))
    const will = { ...message('gone', 'bye', 1, true), headers: [['__proto__', 'x']] as const }
    await connect(url, { mqtt: { version: 'auto', will } })
    expect(peers[0]?.received[0]).toMatchObject({
      will: { topic: 'gone', payload: Buffer.from('bye'), qos: 1, retain: true }
    })
    expect(JSON.stringify(peers[0]?.received[0])).toContain('__proto__')
  })
})
